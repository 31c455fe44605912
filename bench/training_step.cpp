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

model::BertShape minilm_shape(const Setting& setting) {
  const std::int64_t width = 12 * scaled(32, setting);
  return {.vocabulary = scaled(30522, setting, 100),
          .width = width,
          .depth = 6,
          .mlp_width = 4 * width};
}

Workload minilm_workload(const model::BertShape& shape) {
  config::RunConfig config;
  config.train.batch = 32;
  return {config, random_texts(config.train.batch, shape.vocabulary, 25, 32),
          [&](const data::DataShape& data) {
            return std::make_unique<model::Bert>(shape, data.classes);
          }};
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
  const std::int64_t width = 12 * scaled(64, setting);
  config.model = vit_config(32, width, 12, 12, 4 * width);
  config.train.batch = 8;
  return vit_step(setting, config, 224, 3, 5);
}

Timings minilm_step(const Setting& setting) {
  const auto shape = minilm_shape(setting);
  const auto workload = minilm_workload(shape);
  return step_vs_eager(setting, workload, 11, [&](const model::Weights& weights) {
    return EagerBert(workload.config.train, shape, weights);
  });
}

Timings minilm_dropout(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const auto workload = minilm_workload(minilm_shape(setting));
  const auto& train = workload.splits.train;
  data::Batch batch;
  train.dataset->fill(train.indices, {}, batch);
  Trainee dropping(workload), plain(workload);
  double first = 0, dropped = 0;
  const Timings timings = time_interleaved(
      setting, 11,
      [&] {
        const model::Dropout dropout(
            {.hidden = 0.1, .attention = 0.1, .classifier = 0.1},
            {.seed = 1, .step = static_cast<std::uint32_t>(dropping.steps())}, train.indices,
            at::kCPU);
        const double loss = dropping.step(batch, &dropout);
        if (dropping.steps() == 1) dropped = loss;
      },
      [&] {
        const double loss = plain.step(batch);
        if (plain.steps() == 1) first = loss;
      });
  expect(std::abs(dropped - first) <= 0.2 * first && dropped != first,
         fmt::format("loss {:.6f} with dropout, {:.6f} without", dropped, first));
  return timings;
}

}  // namespace stockpot::bench
