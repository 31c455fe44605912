// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace stockpot::test {

/// A reader of one format of image data, told where one file lies that may hold anything. Throws
/// DataError or returns.
struct ImageParser {
  std::string name;
  std::string file;  ///< name the file must have in the folder
  std::function<void(const std::filesystem::path& folder)>
      prepare;  ///< makes the sound files that the reader wants beside it
  std::function<void(const std::filesystem::path& folder)> read;
};

/// All of them.
std::vector<ImageParser> image_parsers();

}  // namespace stockpot::test
