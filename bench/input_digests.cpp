// SPDX-License-Identifier: Apache-2.0
// What it costs at the start of a run to know what its input files hold: files read and prepared
// with digests that an earlier run has left in the cache, over the same without. Pictures are read
// with the weights that such runs begin from.
#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>

#include "bench/entries.hpp"
#include "bench/picture_files.hpp"
#include "bench/scratch_folder.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "data/image/cifar.hpp"
#include "model/weights_file.hpp"

namespace stockpot::bench {
namespace {

/// As runs of CLIP keep pictures: what is smaller than the model's side stays as it is.
constexpr data::KeptSize kClipSize{.side = 224, .square = false, .only_shrink = true};
constexpr unsigned kSettledAfterS = 3;  // younger files are hashed anew

using Read = std::function<data::ImageSet(io::InputDigests*)>;

Timings time_digests(const Setting& setting, const std::filesystem::path& cache, const Read& read) {
  at::set_num_threads(setting.threads);
  ::sleep(kSettledAfterS);
  io::InputDigests hashed{io::DigestCache(cache)};
  read(&hashed);
  data::ImageSet ours, peer;
  std::vector<io::InputDigest> remembered;
  const Timings timings = time_interleaved(
      setting, 15,
      [&] {
        io::InputDigests digests{io::DigestCache(cache)};
        ours = read(&digests);
        remembered = digests.all();
      },
      [&] { peer = read(nullptr); });
  expect(std::ranges::equal(ours.pixels.span(), peer.pixels.span()),
         "with digests other pixels were read");
  const auto sha256 = [](const io::InputDigest& digest) { return digest.content.sha256; };
  expect(std::ranges::equal(remembered, hashed.all(), {}, sha256, sha256),
         "what is remembered of the files is not what they hold");
  return timings;
}

}  // namespace

Timings digest_pictures(const Setting& setting) {
  const ScratchFolder folder;
  const auto list = gtsrb_like(folder / "pictures", scaled(10'000, setting, 10));
  const auto all = list.all();
  const auto model = model::make_model(vit_b32_config(setting),
                                       {.channels = 3, .height = 224, .width = 224, .classes = 43});
  model::Weights weights(model->layout(), at::kCPU);
  model::initialise(weights, 1);
  model::save_weights(folder / "model.safetensors", weights, {});
  return time_digests(setting, folder / "cache", [&](io::InputDigests* digests) {
    model::load_weights(folder / "model.safetensors", model->file_names(), weights, digests);
    return data::decode(list, all, kClipSize, digests);
  });
}

Timings digest_files(const Setting& setting) {
  const ScratchFolder folder;
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                           "data_batch_4.bin", "data_batch_5.bin"})
    write_cifar(folder / name, scaled(10'000, setting, 400));
  return time_digests(setting, folder / "cache", [&](io::InputDigests* digests) {
    return data::read_cifar10({folder.path(), "", digests}, data::Part::train);
  });
}

}  // namespace stockpot::bench
