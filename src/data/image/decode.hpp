// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <vector>

#include "data/image/image_set.hpp"

namespace stockpot::data {

class PictureDigests;

/// One decoded picture, [C, H, W].
struct Picture {
  std::int64_t channels = 0, height = 0, width = 0;
  Bytes pixels;
  ImageView view() const { return {pixels.data(), channels, height, width}; }
};

/// Picture of `height` x `width` whose bytes come channel after channel for each pixel.
Picture from_interleaved(std::span<const std::uint8_t> bytes, std::int64_t channels,
                         std::int64_t height, std::int64_t width);

/// Read the file of a picture whole. DataError where it is empty, or larger than `largest` bytes.
/// sha256  where the file's digest is wanted; null: nowhere
Bytes read_picture_file(const std::filesystem::path& path, std::uint64_t largest,
                        std::string* sha256);

/// Read a binary PPM file (P6, 8 bits). DataError names file, offset and reason.
/// sha256  where the file's digest is wanted; null: nowhere
Picture read_ppm(const std::filesystem::path& path, std::string* sha256 = nullptr);

/// Read a JPEG file as RGB with libjpeg-turbo: accurate DCT and smooth upsampling as Pillow; what
/// it warns of is an error.
Picture read_jpeg(const std::filesystem::path& path, std::string* sha256 = nullptr);

/// To what size pictures are kept.
struct KeptSize {
  std::int64_t side = 0;  ///< pixels
  bool square =
      true;  ///< side x side; else the shorter side becomes `side`, the longer one in proportion
  bool only_shrink = false;  ///< leave pictures that are smaller as they are
};

/// The pictures of one part, each a file of its own that has not been read.
struct PictureList {
  std::filesystem::path folder;  ///< that holds them all
  std::vector<std::filesystem::path> paths;
  std::vector<std::int32_t> labels;
  std::function<Picture(const std::filesystem::path&, std::string* sha256)> read;
  std::vector<std::string> class_names = {};  ///< where the files tell them; else empty

  std::int64_t size() const { return static_cast<std::int64_t>(paths.size()); }
  std::vector<std::int64_t> all() const;  ///< 0 .. size - 1
};

/// Decode the pictures `indices` of the list in parallel, resize each once (Pillow's bicubic) and
/// lay them out in order. The set has a place and a label for every picture of the list; the places
/// of the others are empty. Where pictures cannot be read, the first 20 of them and their number
/// are named. digests  collects what the files hold; null: nobody
ImageSet decode(const PictureList& list, std::span<const std::int64_t> indices,
                const KeptSize& size, io::InputDigests* digests = nullptr);

/// The same, told what files hold by its caller.
/// digests  of the pictures `indices`; null: nobody wants them
/// pixels   an empty block to decode into
ImageSet decode(const PictureList& list, std::span<const std::int64_t> indices,
                const KeptSize& size, PictureDigests* digests, Bytes pixels);

/// Look for the pictures `indices` of the list in their folders, without opening one that is there.
/// DataError as decode(), where files are missing.
void find_absent(const PictureList& list, std::span<const std::int64_t> indices);

}  // namespace stockpot::data
