// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/error.hpp"
#include "data/image/decode.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kLargestSide = 8192, kMostPixels = 40'000'000;
constexpr std::size_t kLongestComment = 1024;

/// Reads the text header of a PPM file.
class Header {
 public:
  Header(std::span<const std::uint8_t> bytes, const std::string& path)
      : bytes_(bytes), path_(path) {}

  /// The next plain decimal number after blanks and comments.
  std::int64_t number(const char* what) {
    skip_blanks();
    std::int64_t value = 0;
    const std::size_t begin = at_;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; ++at_) {
      require(at_ - begin < 10, "a number is too long");
      value = 10 * value + (bytes_[at_] - '0');
    }
    require(at_ > begin, std::string("no ") + what);
    return value;
  }

  void mark() {
    require(bytes_.size() >= 2 && bytes_[0] == 'P' && bytes_[1] == '6',
            "no P6 mark of a binary PPM file");
    at_ = 2;
  }

  /// First byte of the pixels: exactly one blank separates them from the header.
  std::size_t pixels() {
    require(at_ < bytes_.size() && is_blank(bytes_[at_]), "no blank before the pixels");
    return at_ + 1;
  }

  void require(bool holds, const std::string& what) const {
    if (!holds)
      throw DataError(fmt::format("{}: byte {}: {}", path_, at_, what), "the PPM file is damaged",
                      "fetch it again");
  }

 private:
  static bool is_blank(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void skip_blanks() {
    while (at_ < bytes_.size() && (is_blank(bytes_[at_]) || bytes_[at_] == '#')) {
      const std::size_t begin = at_;
      if (bytes_[at_] == '#')
        while (at_ < bytes_.size() && bytes_[at_] != '\n')
          require(++at_ - begin <= kLongestComment, "a comment is too long");
      if (at_ < bytes_.size()) ++at_;
    }
  }

  std::span<const std::uint8_t> bytes_;
  const std::string& path_;
  std::size_t at_ = 0;
};

}  // namespace

Picture read_ppm(const std::filesystem::path& path, std::string* sha256) {
  const Bytes bytes = read_picture_file(path, 3 * kMostPixels + 2 * kLongestComment, sha256);
  const std::string name = path.string();
  Header header(bytes.span(), name);
  header.mark();
  const std::int64_t width = header.number("width"), height = header.number("height"),
                     most = header.number("largest value");
  header.require(width >= 1 && height >= 1 && width <= kLargestSide && height <= kLargestSide &&
                     width * height <= kMostPixels,
                 fmt::format("size {} x {} is not read", width, height));
  header.require(most == 255, fmt::format("largest value {}, only 255 is read", most));
  const std::size_t begin = header.pixels(), plane = static_cast<std::size_t>(width * height);
  header.require(bytes.size() - begin == 3 * plane,
                 fmt::format("{} bytes of pixels, expected {}", bytes.size() - begin, 3 * plane));
  return from_interleaved(bytes.span().subspan(begin), 3, height, width);
}

}  // namespace stockpot::data
