// SPDX-License-Identifier: Apache-2.0
#include "data/image/npy_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <regex>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

constexpr std::uint64_t kLongestHeader = 4096, kMostItems = std::uint64_t{1} << 32;

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& path) : file_(path) {
  const std::string name = path.string();
  std::array<std::uint8_t, 12> start{};
  if (file_.size() < start.size())
    throw DataError(fmt::format("{}: {} bytes are no NPY file", name, file_.size()),
                    "it was cut short", "fetch it again");
  file_.read(0, start);
  if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0 || start[6] < 1 || start[6] > 3)
    throw DataError(name + ": byte 0: no mark of a NumPy array file", "versions 1 to 3 are read");
  const bool short_length = start[6] == 1;
  std::uint64_t length = start[8] | static_cast<std::uint64_t>(start[9]) << 8;
  if (!short_length)
    length |= static_cast<std::uint64_t>(start[10]) << 16 | static_cast<std::uint64_t>(start[11])
                                                                << 24;
  const std::uint64_t header_at = short_length ? 10 : 12;
  begin_ = header_at + length;
  if (length > kLongestHeader || begin_ > file_.size())
    throw DataError(fmt::format("{}: byte 8: header of {} bytes", name, length),
                    "the file is damaged");
  std::string header(length, '\0');
  file_.read(header_at, {reinterpret_cast<std::uint8_t*>(header.data()), header.size()});
  parse_header(header);
}

void NpyFile::parse_header(const std::string& header) {
  const std::string name = file_.path().string();
  static const std::regex kForm(
      R"(\s*\{\s*'descr':\s*'([|<][ui][1248])',\s*'fortran_order':\s*False,\s*'shape':\s*\(([0-9, ]{0,100})\),?\s*\}\s*)");
  std::smatch parts;
  if (!std::regex_match(header, parts, kForm))
    throw DataError(name + ": byte 10: header is not that of an array of integers in C order",
                    "keys descr, fortran_order and shape as NumPy writes them");
  type_ = parts[1];
  item_bytes_ = type_[2] - '0';
  std::uint64_t items = 1;
  const std::string shape = parts[2];
  static const std::regex kNumber("[0-9]+");
  for (std::sregex_iterator n(shape.begin(), shape.end(), kNumber), end; n != end; ++n) {
    if (n->length() > 10 || sizes_.size() == 8)
      throw DataError(fmt::format("{}: byte 10: shape ({}) is not read", name, shape));
    sizes_.push_back(std::stoll(n->str()));
    const auto size = static_cast<std::uint64_t>(sizes_.back());
    if (size == 0 || items > kMostItems / size)
      throw DataError(
          fmt::format("{}: byte 10: shape ({}) is empty or beyond 2^32 items", name, shape));
    items *= size;
  }
  const std::uint64_t told = items * static_cast<std::uint64_t>(item_bytes_);
  if (file_.size() - begin_ != told)
    throw DataError(fmt::format("{}: holds {} bytes of data, its header tells {}", name,
                                file_.size() - begin_, told),
                    "it was cut short", "fetch it again");
}

void NpyFile::read(std::int64_t first, std::span<std::uint8_t> into) const {
  file_.read(begin_ + static_cast<std::uint64_t>(first * item_bytes_), into);
}

}  // namespace stockpot::data
