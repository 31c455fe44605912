// SPDX-License-Identifier: Apache-2.0
// Official files into the cache of pictures at CLIP's size, against the same by the plain loop that
// defines Pillow's bicubic. Pillow itself: bench/compare_pillow.py.
#include <ATen/Parallel.h>

#include <cstring>
#include <filesystem>

#include "bench/entries.hpp"
#include "bench/picture_files.hpp"
#include "bench/scratch_folder.hpp"
#include "core/error.hpp"
#include "data/image/cifar.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/decode.hpp"

namespace stockpot::bench {
namespace {

constexpr data::KeptSize kClipSize{.side = 224, .square = false};

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

/// Decode into the memory of the round before: what it costs to get it from the system is no matter
/// of decoding.
void decode_again(const data::PictureList& list, std::span<const std::int64_t> all,
                  data::ImageSet& set) {
  set.pixels.keep_front(0);
  set = data::decode(list, all, kClipSize, nullptr, std::move(set.pixels));
}

/// Time the pictures of `list` into the cache, on both sides, and compare the caches.
Timings time_cache(const Setting& setting, const data::PictureList& list,
                   const std::function<void()>& open) {
  at::set_num_threads(setting.threads);
  auto plain = list;
  plain.read = [&](const std::filesystem::path& path, std::string* sha256) {
    return resized_plainly(list.read(path, sha256));
  };
  const auto all = list.all();
  data::ImageSet ours, peer;
  const Timings timings = time_interleaved(
      setting, 3,
      [&] {
        open();
        decode_again(list, all, ours);
      },
      [&] {
        open();
        decode_again(plain, all, peer);
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
  write_cifar(folder / "test_batch.bin", count);
  data::ImageSet set;
  auto list = numbered(folder.path(), count);
  list.read = [&](const std::filesystem::path& path, std::string*) {
    const auto view = set.view(std::stoll(path.filename().string()));
    data::Picture picture{
        view.channels, view.height, view.width,
        data::Bytes(static_cast<std::size_t>(view.channels * view.height * view.width))};
    std::memcpy(picture.pixels.data(), view.planes, picture.pixels.size());
    return picture;
  };
  return time_cache(setting, list,
                    [&] { set = data::read_cifar10({folder.path(), ""}, data::Part::test); });
}

Timings decode_gtsrb(const Setting& setting) {
  const ScratchFolder folder;
  return time_cache(setting, gtsrb_like(folder.path(), scaled(10'000, setting, 10)), [] {});
}

}  // namespace stockpot::bench
