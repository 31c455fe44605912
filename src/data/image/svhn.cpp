// SPDX-License-Identifier: Apache-2.0
#include "data/image/svhn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/image/mat_file.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kSide = 32;

/// A column-major image becomes a row-major one in its own memory: both are square planes.
void transpose_planes(std::uint8_t* image) {
  for (int c = 0; c < 3; ++c, image += kSide * kSide)
    for (std::int64_t y = 0; y < kSide; ++y)
      for (std::int64_t x = 0; x < y; ++x) std::swap(image[y * kSide + x], image[x * kSide + y]);
}

std::filesystem::path find_part(const SourceFolder& folder, Part part) {
  return folder.find({part == Part::train ? "train_32x32.mat" : "test_32x32.mat"});
}

/// Number of images; DataError where the arrays are not those of the set.
std::int64_t count_in(const MatArray& images, const MatArray& digits, const std::string& name) {
  if (!images.is_bytes() || images.sizes.size() != 4 || images.sizes[0] != kSide ||
      images.sizes[1] != kSide || images.sizes[2] != 3 || images.count() == 0)
    throw DataError(name + ": X is not uint8 [32, 32, 3, N]");
  const std::int64_t count = images.sizes[3];
  if (digits.count() != count)
    throw DataError(fmt::format("{}: X has {} images, y {} labels", name, count, digits.count()));
  return count;
}

}  // namespace

ImageCount count_svhn(const SourceFolder& folder, Part part) {
  const auto path = find_part(folder, part);
  const std::string name = path.string();
  auto arrays = list_mat_file(path);
  const MatArray &images = find_array(arrays, "X", name), &digits = find_array(arrays, "y", name);
  return {.images = count_in(images, digits, name),
          .channels = 3,
          .height = kSide,
          .width = kSide,
          .files = {{path, InputFile(path, folder.digests).size()}}};
}

ImageSet read_svhn(const SourceFolder& folder, Part part) {
  const auto path = find_part(folder, part);
  const std::string name = path.string();
  MatFile file(path, folder.digests);
  const MatArray& images = file.variable("X");
  const MatArray& digits = file.variable("y");
  const std::int64_t count = count_in(images, digits, name);
  ImageSet set;
  set.channels = 3;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t digit = digits.integer(i, name);
    if (digit < 1 || digit > 10)
      throw DataError(fmt::format("{}: y[{}] is {}", name, i, digit), "labels are 1 to 10");
    set.labels.push_back(static_cast<std::int32_t>(digit % 10));
  }
  set.pixels = file.take_bytes("X");
  set.pixels.keep_front(static_cast<std::size_t>(count * 3 * kSide * kSide));
  set.place_equal(count, kSide, kSide);
#pragma omp parallel for
  for (std::int64_t i = 0; i < count; ++i)
    transpose_planes(set.pixels.data() + i * 3 * kSide * kSide);
  return set;
}

}  // namespace stockpot::data
