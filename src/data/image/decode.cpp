#include "data/image/decode.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#include "core/error.hpp"
#include "data/image/clip_transform.hpp"

namespace stockpot::data {
namespace {

Picture resized(Picture picture, const KeptSize& size, kernels::BicubicResizer& resizer) {
  const Box to = size.square ? Box{0, 0, size.side, size.side} : shorter_side_to(size.side, picture.height, picture.width);
  const bool smaller = std::min(picture.height, picture.width) <= size.side;
  if ((size.only_shrink && smaller) || (to.height == picture.height && to.width == picture.width)) return picture;
  const std::int64_t plane = to.height * to.width;
  Picture out{picture.channels, to.height, to.width, Bytes(static_cast<std::size_t>(picture.channels * plane))};
  for (std::int64_t c = 0; c < picture.channels; ++c)
    resizer(picture.view().plane(c), to.height, to.width, out.pixels.span().subspan(static_cast<std::size_t>(c * plane), static_cast<std::size_t>(plane)));
  return out;
}

/// Move the pictures into one block, freeing each as it is copied.
void lay_out(std::vector<Picture>& pictures, ImageSet& set) {
  std::size_t total = 0;
  for (const Picture& picture : pictures) total += picture.pixels.size();
  set.channels = pictures.front().channels;
  set.pixels = Bytes(total);
  std::size_t offset = 0;
  for (Picture& picture : pictures) {
    std::memcpy(set.pixels.data() + offset, picture.pixels.data(), picture.pixels.size());
    set.places.push_back({offset, static_cast<std::int32_t>(picture.height), static_cast<std::int32_t>(picture.width)});
    offset += picture.pixels.size();
    picture.pixels = {};
  }
}

}  // namespace

Picture from_interleaved(std::span<const std::uint8_t> bytes, std::int64_t channels, std::int64_t height, std::int64_t width) {
  expect(static_cast<std::int64_t>(bytes.size()) == channels * height * width, "as many bytes as the picture has are needed");
  Picture picture{channels, height, width, Bytes(bytes.size())};
  const std::size_t plane = static_cast<std::size_t>(height * width), step = static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < step; ++c)
    for (std::size_t p = 0; p < plane; ++p) picture.pixels.data()[c * plane + p] = bytes[p * step + c];
  return picture;
}

void decode_all(std::int64_t count, const std::function<Picture(std::int64_t)>& read, const KeptSize& size, ImageSet& set) {
  expect(count > 0, "decode_all needs pictures");
  std::vector<Picture> pictures(static_cast<std::size_t>(count));
  std::int64_t failed_at = count;
  std::exception_ptr failure;
#pragma omp parallel
  {
    kernels::BicubicResizer resizer;
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t i = 0; i < count; ++i) {
      try {
        pictures[static_cast<std::size_t>(i)] = resized(read(i), size, resizer);
      } catch (...) {
#pragma omp critical(stockpot_decode_failure)
        if (i < failed_at) {
          failed_at = i;
          failure = std::current_exception();
        }
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  lay_out(pictures, set);
}

}  // namespace stockpot::data
