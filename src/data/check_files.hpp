// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/official_files.hpp"

namespace stockpot::data {

/// What was found of an official file.
struct FoundFile {
  enum class State {
    official,   ///< its content has the published MD5 sum
    there,      ///< no sum is known; its size is right, if one is known
    different,  ///< not the published sum or size
    absent,
    unreadable
  };
  State state = State::absent;
  std::filesystem::path path;  ///< the official one where the file is absent
  std::uint64_t bytes = 0;     ///< as it lies there; 0: a folder
  std::string note = {};       ///< what differs, or why it cannot be read; may be empty
  bool needed = true;
};

/// What reading a part gave.
struct FoundPart {
  std::string name;  ///< such as train, dev.tsv, fog
  bool reads = false;
  bool good = false;  ///< reads, and holds the official number of samples
  std::string text;   ///< samples, sizes, classes; or the error of the reader
};

/// A data set as it lies in a folder.
struct FoundSet {
  std::string_view name;
  std::filesystem::path folder;
  std::vector<FoundFile> files = {};
  std::vector<FoundPart> parts = {};

  /// Every needed file is there, none differs from the published one, and all parts read.
  bool good() const;
};

/// Check the files of `set` in `folder`: which are there, their sizes and sums, and whether the
/// very readers of a run take them. Throws nothing for what is wrong with the files.
FoundSet check_files(const OfficialSet& set, const std::filesystem::path& folder);

/// Find out which sets lie in `folder`, or, where there is none, in its subfolders (two levels),
/// and check them. Where the files could be those of several sets, the one that fits best is meant.
std::vector<FoundSet> check_folder(const std::filesystem::path& folder);

}  // namespace stockpot::data
