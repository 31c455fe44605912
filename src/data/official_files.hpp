// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace stockpot::data {

/// A file of a data set as its owners ship it. Sizes and sums are those of the content: of a .gz,
/// unpacked.
struct OfficialFile {
  std::vector<std::string_view>
      names;                  ///< below data.dir, the official one first; the others stand for it
  std::uint64_t bytes = 0;    ///< 0: not known
  std::string_view md5 = {};  ///< empty: not known
  bool needed = true;         ///< a run reads it; else only `predict --split submission`
};

/// A data set, its files and how many samples they hold.
struct OfficialSet {
  std::string_view name;                  ///< as in data.name; cifar10_c, cifar100_c
  std::vector<std::int64_t> train, test;  ///< samples of each version of the part; empty: not known
  std::vector<OfficialFile> files;
  std::int64_t channels = 0, side = 0;  ///< of images of one size, in pixels
};

/// The set named `name`; nullptr if there is none.
const OfficialSet* find_official_set(std::string_view name);

/// Every data set; what docs/data.md tells.
const std::vector<OfficialSet>& official_sets();

}  // namespace stockpot::data
