// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <vector>

#include "data/image/image_set.hpp"

namespace stockpot::data {

/// One decoded picture, [C, H, W].
struct Picture {
  std::int64_t channels = 0, height = 0, width = 0;
  Bytes pixels;
  ImageView view() const { return {pixels.data(), channels, height, width}; }
};

/// Picture of `height` x `width` whose bytes come channel after channel for each pixel.
Picture from_interleaved(std::span<const std::uint8_t> bytes, std::int64_t channels,
                         std::int64_t height, std::int64_t width);

/// Read a binary PPM file (P6, 8 bits). DataError names file, offset and reason.
Picture read_ppm(const std::filesystem::path& path);

/// Read a JPEG file as RGB with libjpeg-turbo: accurate DCT and smooth upsampling as Pillow; what
/// it warns of is an error.
Picture read_jpeg(const std::filesystem::path& path);

/// To what size pictures are kept.
struct KeptSize {
  std::int64_t side = 0;  ///< pixels
  bool square =
      true;  ///< side x side; else the shorter side becomes `side`, the longer one in proportion
  bool only_shrink = false;  ///< leave pictures that are smaller as they are
};

/// Decode `count` pictures in parallel, resize each once (Pillow's bicubic) and lay them out in
/// order. The first error in order is thrown.
void decode_all(std::int64_t count, const std::function<Picture(std::int64_t)>& read,
                const KeptSize& size, ImageSet& set);

}  // namespace stockpot::data
