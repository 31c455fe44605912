// SPDX-License-Identifier: Apache-2.0
// Official files into the cache of pictures at CLIP's size, against the same by the plain loop that
// defines Pillow's bicubic. Pillow itself: bench/compare_pillow.py.
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "bench/entries.hpp"
#include "bench/scratch_folder.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "data/image/cifar.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/decode.hpp"

namespace stockpot::bench {
namespace {

namespace fs = std::filesystem;

constexpr data::KeptSize kClipSize{.side = 224, .square = false};
constexpr std::int64_t kCifarSide = 32;

void append_random(std::string& bytes, std::int64_t count, RandomStream& random) {
  for (std::int64_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(random.bits() & 255U));
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw IoError(path.string() + " cannot be written");
}

/// The picture at CLIP's size by the plain loop.
data::Picture resized_plainly(const data::Picture& picture) {
  const auto to = data::shorter_side_to(kClipSize.side, picture.height, picture.width);
  const auto plane = static_cast<std::size_t>(to.height * to.width);
  data::Picture out{picture.channels, to.height, to.width,
                    data::Bytes(static_cast<std::size_t>(picture.channels) * plane)};
  for (std::int64_t c = 0; c < picture.channels; ++c)
    kernels::resize_bicubic_oracle(
        picture.view().plane(c), to.height, to.width,
        out.pixels.span().subspan(static_cast<std::size_t>(c) * plane, plane));
  return out;
}

/// Time `read` of `count` pictures into the cache, on both sides, and compare the caches. Their
/// memory is that of the round before: what it costs to get it from the system is no matter of
/// decoding.
Timings time_cache(const Setting& setting, std::int64_t count,
                   const std::function<data::Picture(std::int64_t)>& read,
                   const std::function<void()>& open) {
  at::set_num_threads(setting.threads);
  data::ImageSet ours, peer;
  const Timings timings = time_interleaved(
      setting, 3,
      [&] {
        ours.places.clear();
        open();
        data::decode_all(count, read, kClipSize, ours);
      },
      [&] {
        peer.places.clear();
        open();
        data::decode_all(
            count, [&](std::int64_t i) { return resized_plainly(read(i)); }, kClipSize, peer);
      });
  expect(ours.pixels.size() == peer.pixels.size() &&
             std::memcmp(ours.pixels.data(), peer.pixels.data(), ours.pixels.size()) == 0,
         "the pictures differ from those of the plain loop");
  return timings;
}

}  // namespace

Timings decode_cifar(const Setting& setting) {
  const std::int64_t count = scaled(10'000, setting, 10);
  const ScratchFolder folder;
  RandomStream random(1, Purpose::random_score);
  std::string file;
  for (std::int64_t i = 0; i < count; ++i) {
    file.push_back(static_cast<char>(i % 10));
    append_random(file, 3 * kCifarSide * kCifarSide, random);
  }
  write(folder / "test_batch.bin", file);
  data::ImageSet set;
  const auto read = [&](std::int64_t i) {
    const auto view = set.view(i);
    data::Picture picture{
        view.channels, view.height, view.width,
        data::Bytes(static_cast<std::size_t>(view.channels * view.height * view.width))};
    std::memcpy(picture.pixels.data(), view.planes, picture.pixels.size());
    return picture;
  };
  return time_cache(setting, count, read,
                    [&] { set = data::read_cifar10({folder.path(), ""}, data::Part::test); });
}

Timings decode_gtsrb(const Setting& setting) {
  const std::int64_t count = scaled(10'000, setting, 10);
  const ScratchFolder folder;
  RandomStream random(1, Purpose::random_score);
  for (std::int64_t i = 0; i < count; ++i) {  // sides from 25 to 94, as most of GTSRB's are
    const std::int64_t width = 25 + i * 37 % 70, height = width + i % 7 - 3;
    std::string file = fmt::format("P6\n{} {}\n255\n", width, height);
    append_random(file, 3 * width * height, random);
    write(folder / std::to_string(i), file);
  }
  return time_cache(
      setting, count, [&](std::int64_t i) { return data::read_ppm(folder / std::to_string(i)); },
      [] {});
}

}  // namespace stockpot::bench
