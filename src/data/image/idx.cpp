// SPDX-License-Identifier: Apache-2.0
#include "data/image/idx.hpp"

#include <fmt/format.h>

#include <array>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

constexpr std::uint32_t kLargestSide = 4096;

std::string at(const std::filesystem::path& path, std::uint64_t offset) {
  return fmt::format("{}: byte {}", path.string(), offset);
}

std::uint32_t big_endian_32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

/// Content of an IDX file of uint8 with `Rank` dimensions.
template <std::size_t Rank>
struct Idx {
  std::array<std::uint32_t, Rank> sizes{};
  Bytes values;
};

template <std::size_t Rank>
Idx<Rank> parse(const std::filesystem::path& path, io::InputDigests* digests) {
  constexpr std::size_t kHeader = 4 + 4 * Rank;
  constexpr std::uint32_t kMagic = 0x800 + Rank;
  Idx<Rank> idx;
  idx.values = read_file_or_gzip(path, kLargestInput, digests);
  const std::uint8_t* bytes = idx.values.data();
  if (idx.values.size() < kHeader)
    throw DataError(fmt::format("{}: ends inside the IDX header of {} bytes",
                                at(path, idx.values.size()), kHeader));
  if (big_endian_32(bytes) != kMagic)
    throw DataError(fmt::format("{}: IDX magic number {}, expected {}", at(path, 0),
                                big_endian_32(bytes), kMagic),
                    Rank == 3 ? "images are needed here" : "labels are needed here",
                    "are the files swapped?");
  std::uint64_t product = 1;
  for (std::size_t d = 0; d < Rank; ++d) {
    idx.sizes[d] = big_endian_32(bytes + 4 + 4 * d);
    if (idx.sizes[d] == 0 || (d > 0 && idx.sizes[d] > kLargestSide))
      throw DataError(fmt::format("{}: dimension {}", at(path, 4 + 4 * d), idx.sizes[d]),
                      "counts are at least 1 and sides at most 4096");
    product *= idx.sizes[d];  // at most 2^32 * 2^24: no overflow
  }
  if (kHeader + product != idx.values.size())
    throw DataError(fmt::format("{}: holds {} bytes, its header tells {}", path.string(),
                                idx.values.size(), kHeader + product),
                    "it was cut short or is damaged", "fetch it again");
  idx.values.drop_front(kHeader);
  return idx;
}

/// The owners' name, or the one with a dot that some mirrors have; plain or gzipped.
std::filesystem::path find_idx(const SourceFolder& folder, const std::string& stem,
                               const std::string& type) {
  return folder.find(
      {stem + "-" + type, stem + "-" + type + ".gz", stem + "." + type, stem + "." + type + ".gz"});
}

}  // namespace

ImageSet read_idx(const SourceFolder& folder, Part part, std::int64_t classes) {
  const bool train = part == Part::train;
  const auto images_path = find_idx(folder, train ? "train-images" : "t10k-images", "idx3-ubyte");
  const auto labels_path = find_idx(folder, train ? "train-labels" : "t10k-labels", "idx1-ubyte");
  const Idx<1> labels = parse<1>(labels_path, folder.digests);
  Idx<3> images = parse<3>(images_path, folder.digests);
  const auto [count, height, width] = images.sizes;
  if (labels.sizes[0] != count)
    throw DataError(fmt::format("{}: {} images, but {} has {} labels", images_path.string(), count,
                                labels_path.string(), labels.sizes[0]));
  ImageSet set;
  set.channels = 1;
  set.pixels = std::move(images.values);
  set.place_equal(count, height, width);
  set.labels.assign(labels.values.data(), labels.values.data() + labels.values.size());
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    if (set.labels[i] >= classes)
      throw DataError(fmt::format("{}: label {}", at(labels_path, 8 + i), set.labels[i]),
                      fmt::format("the set has {} classes", classes));
  return set;
}

}  // namespace stockpot::data
