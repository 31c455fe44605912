// SPDX-License-Identifier: Apache-2.0
#include "data/image/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/error.hpp"
#include "data/inflate.hpp"

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

template <std::size_t Rank>
using Sizes = std::array<std::uint32_t, Rank>;

template <std::size_t Rank>
constexpr std::size_t kHeader = 4 + 4 * Rank;

/// The dimensions that `begin`, the header of an IDX file of uint8, tells, if they make up the
/// `total` bytes of its content.
template <std::size_t Rank>
Sizes<Rank> sizes_in(std::span<const std::uint8_t> begin, std::uint64_t total,
                     const std::filesystem::path& path) {
  constexpr std::uint32_t kMagic = 0x800 + Rank;
  if (begin.size() < kHeader<Rank>)
    throw DataError(fmt::format("{}: ends inside the IDX header of {} bytes",
                                at(path, begin.size()), kHeader<Rank>));
  if (const auto magic = big_endian_32(begin.data()); magic != kMagic)
    throw DataError(fmt::format("{}: IDX magic number {}, expected {}", at(path, 0), magic, kMagic),
                    Rank == 3 ? "images are needed here" : "labels are needed here",
                    "are the files swapped?");
  Sizes<Rank> sizes{};
  std::uint64_t product = 1;
  for (std::size_t d = 0; d < Rank; ++d) {
    sizes[d] = big_endian_32(begin.data() + 4 + 4 * d);
    if (sizes[d] == 0 || (d > 0 && sizes[d] > kLargestSide))
      throw DataError(fmt::format("{}: dimension {}", at(path, 4 + 4 * d), sizes[d]),
                      "counts are at least 1 and sides at most 4096");
    product *= sizes[d];  // at most 2^32 * 2^24: no overflow
  }
  if (kHeader<Rank> + product != total)
    throw DataError(fmt::format("{}: holds {} bytes, its header tells {}", path.string(), total,
                                kHeader<Rank> + product),
                    "it was cut short or is damaged", "fetch it again");
  return sizes;
}

/// Content of an IDX file of uint8 with `Rank` dimensions.
template <std::size_t Rank>
struct Idx {
  Sizes<Rank> sizes;
  Bytes values;
};

template <std::size_t Rank>
Idx<Rank> parse(const std::filesystem::path& path, io::InputDigests* digests) {
  Idx<Rank> idx{.sizes = {}, .values = read_file_or_gzip(path, kLargestInput, digests)};
  const std::size_t size = idx.values.size();
  idx.sizes = sizes_in<Rank>(idx.values.span().first(std::min(size, kHeader<Rank>)), size, path);
  idx.values.drop_front(kHeader<Rank>);
  return idx;
}

/// The same dimensions by the header and the size of the file, without its values.
template <std::size_t Rank>
Sizes<Rank> parse_header(const std::filesystem::path& path) {
  const InputFile file(path);
  const bool packed = path.extension() == ".gz";
  const std::uint64_t total = packed ? inflated_size(file) : file.size();
  std::array<std::uint8_t, kHeader<Rank>> header{};
  const auto begin = std::span(header).first(std::min<std::uint64_t>(total, header.size()));
  if (packed)
    Inflater(file, {.end = file.size(), .format = Inflater::Format::gzip}).read(begin);
  else
    file.read(0, begin);
  return sizes_in<Rank>(begin, total, path);
}

/// The owners' name, or the one with a dot that some mirrors have; plain or gzipped.
std::filesystem::path find_idx(const SourceFolder& folder, const std::string& stem,
                               const std::string& type) {
  return folder.find(
      {stem + "-" + type, stem + "-" + type + ".gz", stem + "." + type, stem + "." + type + ".gz"});
}

/// Where images and labels of a part lie.
struct Paths {
  std::filesystem::path images, labels;
};

Paths find_part(const SourceFolder& folder, Part part) {
  const bool train = part == Part::train;
  return {find_idx(folder, train ? "train-images" : "t10k-images", "idx3-ubyte"),
          find_idx(folder, train ? "train-labels" : "t10k-labels", "idx1-ubyte")};
}

void check_counts(const Paths& paths, std::uint32_t images, std::uint32_t labels) {
  if (labels != images)
    throw DataError(fmt::format("{}: {} images, but {} has {} labels", paths.images.string(),
                                images, paths.labels.string(), labels));
}

}  // namespace

ImageCount count_idx(const SourceFolder& folder, Part part) {
  const Paths paths = find_part(folder, part);
  const auto labels = parse_header<1>(paths.labels);
  const auto [count, height, width] = parse_header<3>(paths.images);
  check_counts(paths, count, labels[0]);
  return {.images = count,
          .channels = 1,
          .height = height,
          .width = width,
          .files = {{paths.labels, kHeader<1> + count},
                    {paths.images, kHeader<3> + std::uint64_t{count} * height * width}}};
}

ImageSet read_idx(const SourceFolder& folder, Part part, std::int64_t classes) {
  const Paths paths = find_part(folder, part);
  const Idx<1> labels = parse<1>(paths.labels, folder.digests);
  Idx<3> images = parse<3>(paths.images, folder.digests);
  const auto [count, height, width] = images.sizes;
  check_counts(paths, count, labels.sizes[0]);
  ImageSet set;
  set.channels = 1;
  set.pixels = std::move(images.values);
  set.place_equal(count, height, width);
  set.labels.assign(labels.values.data(), labels.values.data() + labels.values.size());
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    if (set.labels[i] >= classes)
      throw DataError(fmt::format("{}: label {}", at(paths.labels, 8 + i), set.labels[i]),
                      fmt::format("the set has {} classes", classes));
  return set;
}

}  // namespace stockpot::data
