// SPDX-License-Identifier: Apache-2.0
// What the loader costs: training steps that draw, augment (or crop and resize) and normalise their
// batch, over the same steps on batches filled before.
#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>

#include <array>

#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "data/batch_order.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/image_set.hpp"

namespace stockpot::bench {
namespace {

constexpr std::int64_t kImages = 60'000, kSide = 28;  // Fashion-MNIST's training set
constexpr std::int64_t kClipSide = 224, kClipBatch = 8;
constexpr std::size_t kFilledBatches = 8;

class Loader {
 public:
  explicit Loader(const Workload& workload)
      : train_(workload.splits.train),
        seed_(workload.config.seed),
        order_(data::make_batch_order(train_, workload.config.train.batch, seed_)) {}

  void fill(std::int64_t step, data::Batch& batch) {
    order_->batch(step, indices_);
    train_.dataset->fill(indices_,
                         {.enabled = true, .seed = seed_, .epoch = order_->epoch_of(step)}, batch);
  }

 private:
  const data::Split& train_;
  std::uint64_t seed_;
  std::unique_ptr<const data::BatchOrder> order_;
  std::vector<std::int64_t> indices_;
};

/// Pictures of GTSRB's sizes, kept as they are, which CLIP's training crops and resizes on the fly.
std::shared_ptr<const data::Dataset> small_pictures(std::int64_t count) {
  data::ImageSet set{.channels = 3, .pixels = {}, .places = {}, .labels = {}};
  RandomStream random(1, Purpose::random_score);
  for (std::int64_t i = 0; i < count; ++i) {  // sides from 25 to 94, as most of GTSRB's are
    const std::int64_t width = 25 + i * 37 % 70, height = width + i % 7 - 3;
    set.places.push_back(
        {set.pixels.size(), static_cast<std::int32_t>(height), static_cast<std::int32_t>(width)});
    set.pixels.resize(set.pixels.size() + static_cast<std::size_t>(3 * height * width));
    set.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  }
  for (auto& byte : set.pixels.span()) byte = static_cast<std::uint8_t>(random.bits() & 255U);
  return std::make_shared<data::ImageDataset>(std::move(set),
                                              std::make_shared<data::ClipTransform>(kClipSide),
                                              std::vector<std::string>(10, "class"));
}

Timings share_of_loader(const Workload& workload, const Setting& setting, int rounds) {
  Trainee loaded(workload), filled(workload);
  Loader loader(workload);
  std::array<data::Batch, kFilledBatches> batches;
  for (std::size_t i = 0; i < kFilledBatches; ++i)
    loader.fill(static_cast<std::int64_t>(i), batches[i]);

  data::Batch batch;
  const auto next = [](const Trainee& trainee) {
    return static_cast<std::size_t>(trainee.steps()) % kFilledBatches;
  };
  const Timings timings = time_interleaved(
      setting, rounds,
      [&] {
        loader.fill(static_cast<std::int64_t>(next(loaded)), batch);
        loaded.step(batch);
      },
      [&] { filled.step(batches[next(filled)]); });
  expect(at::equal(loaded.weights().values(), filled.weights().values()),
         "training with the loader and on filled batches gave different weights");
  return timings;
}

}  // namespace

Timings loader_share(const Setting& setting) {
  at::set_num_threads(setting.threads);
  return share_of_loader(Workload(quickstart_config(setting), kImages, kSide, 1), setting, 201);
}

Timings resize_share(const Setting& setting) {
  at::set_num_threads(setting.threads);
  config::RunConfig config;
  config.model = vit_b32_config(setting);
  config.train.batch = kClipBatch;
  config.train.lr = 1e-5;
  const Workload workload(
      config, small_pictures(kFilledBatches * kClipBatch),
      [&](const data::DataShape& shape) { return model::make_model(config.model, shape); });
  return share_of_loader(workload, setting, 21);
}

}  // namespace stockpot::bench
