// SPDX-License-Identifier: Apache-2.0
// libpng reports errors by longjmp, which runs no destructor: between a setjmp
// and the calls below it there are plain values only.
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>

#include "core/error.hpp"
#include "data/image/decode.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kLargestSide = 8192, kMostPixels = 48'000'000;
constexpr std::uint64_t kLargestFile = 256 << 20;
constexpr png_alloc_size_t kLargestChunk = 8
                                           << 20;  // of those that are held whole: palettes, texts

/// A file that is being decoded.
class PngFile {
 public:
  explicit PngFile(std::span<const std::uint8_t> bytes) : rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
  }
  ~PngFile() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngFile(const PngFile&) = delete;
  PngFile& operator=(const PngFile&) = delete;

  bool has_started() const { return info_ != nullptr; }
  /// Why the last call failed.
  std::string why() const { return why_.data(); }

  // Each returns false where libpng finds an error.
  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT(*-err52-cpp): libpng's way
    png_set_read_fn(png_, this, on_read);
    png_set_user_limits(png_, kLargestSide, kLargestSide);
    png_set_chunk_malloc_max(png_, kLargestChunk);
    png_read_info(png_, info_);
    return true;
  }

  /// Make RGB of 8 bits of what is there: palettes looked up, grey tripled,
  /// transparency dropped.
  bool want_rgb() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT(*-err52-cpp)
    png_set_palette_to_rgb(png_);
    png_set_expand_gray_1_2_4_to_8(png_);
    png_set_gray_to_rgb(png_);
    png_set_strip_alpha(png_);
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  /// Fill `pixels`, [height, row bytes], and see that the file ends as it
  /// should.
  bool read_pixels(std::uint8_t* pixels, std::size_t row_bytes, std::size_t height) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT(*-err52-cpp)
    for (int pass = 0; pass < passes_; ++pass)
      for (std::size_t row = 0; row < height; ++row)
        png_read_row(png_, pixels + row * row_bytes, nullptr);
    png_read_end(png_, nullptr);
    return true;
  }

  std::int64_t width() const { return png_get_image_width(png_, info_); }
  std::int64_t height() const { return png_get_image_height(png_, info_); }
  int bits() const { return png_get_bit_depth(png_, info_); }
  std::size_t row_bytes() const { return png_get_rowbytes(png_, info_); }

 private:
  [[noreturn]] static void on_error(png_structp png, png_const_charp what) {
    auto& why = static_cast<PngFile*>(png_get_error_ptr(png))->why_;
    const std::size_t length = std::min(std::strlen(what), why.size() - 1);
    std::memcpy(why.data(), what, length);
    why[length] = '\0';
    png_longjmp(png, 1);
  }

  static void on_warning(png_structp, png_const_charp) {}  // of chunks that hold no pixel

  static void on_read(png_structp png, png_bytep into, std::size_t count) {
    auto& rest = static_cast<PngFile*>(png_get_io_ptr(png))->rest_;
    if (count > rest.size()) png_error(png, "the file ends too early");
    std::memcpy(into, rest.data(), count);
    rest = rest.subspan(count);
  }

  std::span<const std::uint8_t> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  std::array<char, 200> why_{};
};

}  // namespace

Picture read_png(const std::filesystem::path& path, std::string* sha256) {
  const Bytes bytes = read_picture_file(path, kLargestFile, sha256);
  const auto refuse = [&](const std::string& why, const char* remedy = "fetch it again") {
    throw DataError(path.string() + ": no sound PNG file", why, remedy);
  };
  PngFile file(bytes.span());
  expect(file.has_started(), "libpng cannot start");
  if (!file.read_header()) refuse(file.why());
  const auto width = file.width(), height = file.height();
  if (width * height > kMostPixels)
    refuse(fmt::format("size {} x {} is beyond 48 million pixels", width, height));
  if (file.bits() > 8)
    throw DataError(fmt::format("{}: a PNG file of {} bits", path.string(), file.bits()),
                    "8 are read", "convert it to 8 bits per channel");
  if (!file.want_rgb()) refuse(file.why());
  const auto row_bytes = static_cast<std::size_t>(3 * width);
  expect(file.row_bytes() == row_bytes, "libpng gives rows of another form", file.row_bytes());
  Bytes interleaved(row_bytes * static_cast<std::size_t>(height));
  if (!file.read_pixels(interleaved.data(), row_bytes, static_cast<std::size_t>(height)))
    refuse(file.why());
  return from_interleaved(interleaved.span(), 3, height, width);
}

}  // namespace stockpot::data
