// SPDX-License-Identifier: Apache-2.0
// A training step (forward, backward, clip, AdamW) on the flat arena, against an Eager network from
// the same weights on the same batch.
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <cmath>

#include "bench/eager_bert.hpp"
#include "bench/eager_vit.hpp"
#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "model/bert.hpp"

namespace stockpot::bench {
namespace {

/// make_eager  (weights) -> the peer that starts from its weights
template <typename MakeEager>
Timings step_vs_eager(const Setting& setting, const Workload& workload, int rounds,
                      MakeEager&& make_eager) {
  at::set_num_threads(setting.threads);
  const auto& train = workload.splits.train;
  data::Batch batch;
  train.dataset->fill(
      std::span(train.indices).first(static_cast<std::size_t>(workload.config.train.batch)), {},
      batch);
  const auto inputs = model::to_inputs(batch, train.dataset->shape(), at::kCPU);

  Trainee trainee(workload);
  auto eager = make_eager(trainee.weights());
  std::vector<double> losses, eager_losses;
  const Timings timings = time_interleaved(
      setting, rounds, [&] { losses.push_back(trainee.step(batch)); },
      [&] { eager_losses.push_back(eager.step(inputs)); });
  for (std::size_t i = 0; i < losses.size(); ++i)  // rounding differs, and the steps carry it on
    expect(std::abs(losses[i] - eager_losses[i]) <= 1e-3 * eager_losses[i],
           fmt::format("the losses of step {} differ: ours {:.6f}, eager {:.6f}", i + 1, losses[i],
                       eager_losses[i]));
  return timings;
}

Timings vit_step(const Setting& setting, const config::RunConfig& config, std::int64_t side,
                 std::int64_t channels, int rounds) {
  return step_vs_eager(setting, Workload(config, config.train.batch, side, channels), rounds,
                       [&](const model::Weights& weights) { return EagerVit(config, weights); });
}

}  // namespace

Timings vit_tiny_step(const Setting& setting) {
  auto config = quickstart_config(setting);
  config.train.lr =
      1e-5;  // one batch again and again: at a small rate its loss stays one that can be compared
  return vit_step(setting, config, 28, 1, 101);
}

Timings vit_b32_step(const Setting& setting) {
  config::RunConfig config;
  config.model = vit_b32_config(setting);
  config.train.batch = 8;
  return vit_step(setting, config, 224, 3, 5);
}

Timings minilm_step(const Setting& setting) {
  config::RunConfig config;
  config.train.batch = 32;
  const std::int64_t width = 12 * scaled(32, setting);
  const model::BertShape shape{.vocabulary = scaled(30522, setting, 100),
                               .width = width,
                               .depth = 6,
                               .mlp_width = 4 * width};
  const Workload workload(config, random_texts(config.train.batch, shape.vocabulary, 25, 32),
                          [&](const data::DataShape& data) {
                            return std::make_unique<model::Bert>(shape, data.classes);
                          });
  return step_vs_eager(setting, workload, 11, [&](const model::Weights& weights) {
    return EagerBert(config.train, shape, weights);
  });
}

}  // namespace stockpot::bench
