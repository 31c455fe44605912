// SPDX-License-Identifier: Apache-2.0
// Blocks of pictures: decoded in parallel, given places behind those before them, resized in
// parallel into these. So only a block is ever held at its own size, and what is kept is written
// once.
#include "data/image/decode.hpp"

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "data/image/clip_transform.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kPicturesAtOnce = 256;

/// Do `work(i, resizer)` for all i below `count` in parallel; throws what the lowest i that failed
/// has thrown.
void for_all(std::int64_t count,
             const std::function<void(std::int64_t, kernels::BicubicResizer&)>& work) {
  FirstFailure failure;
#pragma omp parallel
  {
    kernels::BicubicResizer resizer;
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t i = 0; i < count; ++i) failure.guard(i, [&] { work(i, resizer); });
  }
  failure.rethrow();
}

/// Height and width at which `picture` is kept.
Box kept_as(const Picture& picture, const KeptSize& size) {
  const bool small = std::min(picture.height, picture.width) <= size.side;
  if (size.only_shrink && small) return {0, 0, picture.height, picture.width};
  return size.square ? Box{0, 0, size.side, size.side}
                     : shorter_side_to(size.side, picture.height, picture.width);
}

/// Write `picture` at the size of `place` to `out`.
void resize(const Picture& picture, const ImagePlace& place, kernels::BicubicResizer& resizer,
            std::uint8_t* out) {
  if (place.height == picture.height && place.width == picture.width) {
    std::memcpy(out, picture.pixels.data(), picture.pixels.size());
    return;
  }
  const auto plane = static_cast<std::size_t>(place.height) * static_cast<std::size_t>(place.width);
  for (std::int64_t c = 0; c < picture.channels; ++c, out += plane)
    resizer(picture.view().plane(c), place.height, place.width, {out, plane});
}

/// Append places for `pictures` to `set`; returns the bytes that all its pictures take.
std::size_t make_places(std::span<const Picture> pictures, const KeptSize& size, std::size_t end,
                        ImageSet& set) {
  for (const Picture& picture : pictures) {
    const Box box = kept_as(picture, size);
    set.places.push_back(
        {end, static_cast<std::int32_t>(box.height), static_cast<std::int32_t>(box.width)});
    end += static_cast<std::size_t>(picture.channels * box.height * box.width);
  }
  return end;
}

}  // namespace

Picture from_interleaved(std::span<const std::uint8_t> bytes, std::int64_t channels,
                         std::int64_t height, std::int64_t width) {
  expect(static_cast<std::int64_t>(bytes.size()) == channels * height * width,
         "as many bytes as the picture has are needed");
  Picture picture{channels, height, width, Bytes(bytes.size())};
  const std::size_t plane = static_cast<std::size_t>(height * width),
                    step = static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < step; ++c)
    for (std::size_t p = 0; p < plane; ++p)
      picture.pixels.data()[c * plane + p] = bytes[p * step + c];
  return picture;
}

void decode_all(std::int64_t count, const std::function<Picture(std::int64_t)>& read,
                const KeptSize& size, ImageSet& set) {
  expect(count > 0, "decode_all needs pictures");
  std::vector<Picture> pictures;
  std::size_t end = 0;
  for (std::int64_t begin = 0; begin < count; begin += kPicturesAtOnce) {
    pictures.resize(static_cast<std::size_t>(std::min(kPicturesAtOnce, count - begin)));
    const auto number = static_cast<std::int64_t>(pictures.size());
    for_all(number, [&](std::int64_t i, auto&) {
      pictures[static_cast<std::size_t>(i)] = read(begin + i);
    });
    set.channels = pictures.front().channels;
    end = make_places(pictures, size, end, set);
    if (end > set.pixels.size()) set.pixels.resize(std::max(end, 2 * set.pixels.size()));
    for_all(number, [&](std::int64_t i, auto& resizer) {
      const ImagePlace& place = set.places[static_cast<std::size_t>(begin + i)];
      resize(pictures[static_cast<std::size_t>(i)], place, resizer,
             set.pixels.data() + place.offset);
    });
  }
  set.pixels.resize(end);
}

}  // namespace stockpot::data
