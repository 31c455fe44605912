// SPDX-License-Identifier: Apache-2.0
// A look-ahead: copy the main weights; fresh optimizer; C steps at constant learning rate under the
// current mask on C*B samples drawn without replacement; score the result.
#include "prune/denoiser.hpp"

#include <cmath>

#include "core/random.hpp"
#include "data/batch_order.hpp"

namespace stockpot::prune {

Protocol draw_protocol(const config::RunConfig& config, std::int64_t round, std::int64_t denoiser) {
  RandomStream stream(config.seed, Purpose::denoiser_protocol,
                      {.round = static_cast<std::uint32_t>(round),
                       .denoiser = static_cast<std::uint32_t>(denoiser)});
  const double decades = config.isp.lr_decades;
  const double factors[] = {0.0, 0.1, 1.0};
  const double lr = config.train.lr * std::pow(10.0, stream.uniform(-decades, decades));
  return {.lr = lr, .weight_decay = config.train.weight_decay * factors[stream.below(3)]};
}

Denoiser::Denoiser(engine::Engine& engine, const engine::RunState& state, std::int64_t round,
                   Scorer& scorer)
    : engine_(engine),
      state_(state),
      round_(round),
      scorer_(scorer),
      steps_(engine.task(), train::Reduction::alone),
      optimizer_(train::make_optimizer(engine.task().config.train)),
      weights_(state.weights.clone()),
      gradients_(weights_),
      moments_(train::fresh_moments(engine.placed_mask(state), engine.task().config.train)) {}

Keys Denoiser::run(std::int64_t n, io::DenoiserRow& row, Work& work) {
  const auto& task = engine_.task();
  const auto& [seed, batch, count] =
      std::tie(task.config.seed, task.config.train.batch, task.config.isp.look_ahead_steps);
  const auto protocol = draw_protocol(task.config, round_, n);
  const auto round = static_cast<std::uint32_t>(round_), number = static_cast<std::uint32_t>(n);
  const auto samples =
      data::look_ahead_samples(task.splits.train, batch, count, seed, round, number);
  const auto& mask = engine_.placed_mask(state_);
  const auto& meter = engine_.meter(state_);

  row = {.round = round_,
         .denoiser = n,
         .rank = task.group.rank(),
         .lr = protocol.lr,
         .weight_decay = protocol.weight_decay,
         .steps = count};
  weights_.values().copy_(state_.weights.values());
  train::clear(moments_);
  for (std::int64_t step = 0; step < count; ++step) {
    const auto size = static_cast<std::size_t>(batch);
    const train::StepSamples drawn{
        std::span(samples).subspan(static_cast<std::size_t>(step) * size, size),
        {.enabled = true, .seed = seed, .epoch = round, .denoiser = number + 1},
        model::StepKey{.seed = seed,
                       .round = round,
                       .denoiser = number + 1,
                       .step = static_cast<std::uint32_t>(step)}};
    steps_.gradient(weights_, gradients_, drawn);
    optimizer_->step(weights_, gradients_, moments_, mask,
                     {.lr = protocol.lr, .weight_decay = protocol.weight_decay});
    work += steps_.work(drawn, meter);
    if (step == 0) row.first_loss = gradients_.loss();
    engine_.look_ahead_step_ended(state_);
  }
  row.last_loss = gradients_.loss();
  return scorer_.score({.task = task,
                        .weights = weights_,
                        .moments = moments_,
                        .mask = mask,
                        .steps = steps_,
                        .gradients = gradients_,
                        .round = round_},
                       work);
}

}  // namespace stockpot::prune
