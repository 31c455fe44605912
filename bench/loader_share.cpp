// SPDX-License-Identifier: Apache-2.0
// What the loader costs: training steps that draw, augment and normalise their batch, over the same
// steps on batches filled before.
#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>

#include <array>

#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "data/batch_order.hpp"

namespace stockpot::bench {
namespace {

constexpr std::int64_t kImages = 60'000, kSide = 28;  // Fashion-MNIST's training set
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

}  // namespace

Timings loader_share(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const Workload workload(quickstart_config(setting), kImages, kSide, 1);
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
      setting, 201,
      [&] {
        loader.fill(static_cast<std::int64_t>(next(loaded)), batch);
        loaded.step(batch);
      },
      [&] { filled.step(batches[next(filled)]); });
  expect(at::equal(loaded.weights().values(), filled.weights().values()),
         "training with the loader and on filled batches gave different weights");
  return timings;
}

}  // namespace stockpot::bench
