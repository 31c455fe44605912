// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "data/input_file.hpp"

namespace stockpot::data {

/// A NumPy array file, open: C order, little-endian integers. DataError names file, offset and
/// reason. source: numpy.lib.format, versions 1 to 3.
class NpyFile {
 public:
  explicit NpyFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  const std::string& type() const { return type_; }  ///< as in the file, e.g. "|u1"
  std::int64_t item_bytes() const { return item_bytes_; }

  /// Read the raw items from `first` on into `into`.
  void read(std::int64_t first, std::span<std::uint8_t> into) const;

 private:
  void parse_header(const std::string& header);

  InputFile file_;
  std::string type_;
  std::int64_t item_bytes_ = 0;
  std::vector<std::int64_t> sizes_;
  std::uint64_t begin_ = 0;
};

}  // namespace stockpot::data
