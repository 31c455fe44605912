// SPDX-License-Identifier: Apache-2.0
#include "data/image/corruption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "data/image/decode.hpp"
#include "data/image/npy_file.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kSide = 32, kPixels = kSide * kSide * 3;
constexpr const char* kLabels = "labels.npy";

std::vector<std::int32_t> read_labels(const NpyFile& file, std::int64_t first, std::int64_t count,
                                      std::int64_t classes) {
  const auto width = static_cast<std::size_t>(file.item_bytes());
  std::vector<std::uint8_t> raw(static_cast<std::size_t>(count) * width);
  file.read(first, raw);
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < raw.size(); i += width) {
    std::int64_t label = 0;  // little-endian; a negative one has a high byte that is not 0, so it
                             // is beyond the classes
    for (std::size_t b = 0; b < width; ++b)
      label |= static_cast<std::int64_t>(raw[i + b]) << (8 * b);
    if (label < 0 || label >= classes)
      throw DataError(fmt::format("{}: item {}: label {}", file.path().string(),
                                  first + static_cast<std::int64_t>(i / width), label),
                      fmt::format("labels lie below {}", classes));
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

/// The two files of a corruption, open and found to belong together.
struct CorruptionFiles {
  NpyFile images, labels;

  CorruptionFiles(const SourceFolder& folder, const std::string& corruption)
      : images(folder.find({corruption + ".npy"})), labels(folder.find({kLabels})) {
    const auto& sizes = images.sizes();
    if (images.type() != "|u1" || sizes.size() != 4 || sizes[1] != kSide || sizes[2] != kSide ||
        sizes[3] != 3 || sizes[0] % kSeverities != 0)
      throw DataError(images.path().string() +
                      ": not uint8 [N, 32, 32, 3] with N in five equal parts");
    if (labels.sizes().size() != 1 || labels.sizes()[0] != sizes[0])
      throw DataError(fmt::format("{}: not one label for each of the {} images",
                                  labels.path().string(), sizes[0]));
  }

  /// Images of one severity.
  std::int64_t count() const { return images.sizes()[0] / kSeverities; }
};

}  // namespace

std::vector<std::string> find_corruptions(const SourceFolder& folder) {
  std::string absent;
  const auto is_there = [&](const std::string& name) {
    std::error_code ignored;
    return std::filesystem::exists(folder.path / name, ignored);
  };
  const auto need = [&](const std::string& name) { absent += (absent.empty() ? "" : ", ") + name; };
  std::vector<std::string> found;
  if (!is_there(kLabels)) need(kLabels);
  for (std::size_t i = 0; i < kCorruptions.size(); ++i) {
    const std::string name(kCorruptions[i]);
    if (is_there(name + ".npy"))
      found.push_back(name);
    else if (i < kBenchmarkCorruptions)
      need(name + ".npy");
  }
  if (!absent.empty())
    throw DataError(folder.path.string() + ": no " + absent,
                    "data.corruptions must hold the 15 corruptions of the benchmark",
                    folder.origin);
  for (const auto& name : found) CorruptionFiles(folder, name);
  return found;
}

ImageSet read_corruption(const SourceFolder& folder, const std::string& corruption, int severity,
                         std::int64_t classes) {
  expect(std::find(kCorruptions.begin(), kCorruptions.end(), corruption) != kCorruptions.end() &&
             severity >= 1 && severity <= kSeverities,
         "a known corruption and a severity from 1 to 5 are needed");
  const CorruptionFiles files(folder, corruption);
  const std::int64_t count = files.count(), first = count * (severity - 1);
  ImageSet set;
  set.labels = read_labels(files.labels, first, count, classes);
  set.channels = 3;
  set.pixels = Bytes(static_cast<std::size_t>(count * kPixels));
  set.place_equal(count, kSide, kSide);
  std::vector<std::uint8_t> image(kPixels);
  for (std::int64_t i = 0; i < count; ++i) {
    files.images.read((first + i) * kPixels, image);
    const Picture picture = from_interleaved(image, 3, kSide, kSide);
    std::memcpy(set.pixels.data() + i * kPixels, picture.pixels.data(), kPixels);
  }
  return set;
}

}  // namespace stockpot::data
