// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "data/image/image_set.hpp"
#include "data/official_files.hpp"
#include "io/input_digests.hpp"

namespace stockpot::data {

/// What is different in a file from the one that the owners ship; empty: nothing that is known.
/// content  of the file, unpacked
std::string difference(const OfficialFile& official, const io::ContentDigest& content);

/// Compares a data set with the official one of its name while it is read. Knows nothing of a
/// user's own data, so finds nothing there.
class OfficialCheck {
 public:
  explicit OfficialCheck(const config::DataConfig& config);

  /// A part has so many samples.
  void count(Part part, std::int64_t samples);

  /// A file of `folder` has so many bytes of content, unpacked; it was not read.
  void size(const std::filesystem::path& folder, const std::filesystem::path& path,
            std::uint64_t bytes);

  /// These files of `folder` were read.
  void files(const std::filesystem::path& folder, const io::InputDigests& digests);

  /// A line for each thing that differs: counts first.
  std::vector<std::string> differences() const;

  /// throws DataError with all that differs, unless data.official is `no`
  void require() const;

 private:
  void compare(const std::filesystem::path& folder, const std::filesystem::path& path,
               const io::ContentDigest& content);

  const config::DataConfig& config_;
  const OfficialSet* set_;  ///< null: a user's own
  std::vector<std::string> of_counts_, of_files_;
};

}  // namespace stockpot::data
