// SPDX-License-Identifier: Apache-2.0
// A look-ahead: copy the main weights; fresh optimizer; C steps at constant learning rate under the
// current mask on C*B samples drawn without replacement; score the result. Or as the authors' code:
// a line of its own, on a random share of an epoch's batches (methods.md 3.2).
#include "prune/denoiser.hpp"

#include <cmath>
#include <iterator>

#include "core/random.hpp"
#include "data/batch_order.hpp"

namespace stockpot::prune {

Protocol draw_protocol(const config::RunConfig& config, double base_lr, std::int64_t round,
                       std::int64_t denoiser) {
  RandomStream stream(config.seed, Purpose::denoiser_protocol,
                      {.round = static_cast<std::uint32_t>(round),
                       .denoiser = static_cast<std::uint32_t>(denoiser)});
  const double decades = config.isp.lr_decades;
  const double factors[] = {0.0, 0.1, 1.0};
  const double lr = base_lr * std::pow(10.0, stream.uniform(-decades, decades));
  const double factor = config.isp.vary_decay ? factors[stream.below(3)] : 1.0;
  return {.lr = lr, .weight_decay = config.train.weight_decay * factor};
}

namespace {

/// The learning rate of step `step` of a look-ahead.
double rate_at(const config::IspConfig& isp, double lr, std::int64_t step) {
  if (isp.look_ahead_line_steps == 0) return lr;
  return train::LearningRateLine{.initial = lr,
                                 .warmup_steps = isp.look_ahead_warmup_steps,
                                 .total_steps = isp.look_ahead_line_steps}
      .at(step);
}

/// What the learning rates of the denoisers begin from.
double base_lr(const config::RunConfig& config, const engine::Cursor& cursor) {
  return config.isp.look_ahead_lr == "current" ? cursor.line.at(cursor.position) : config.train.lr;
}

}  // namespace

Denoiser::Denoiser(engine::Engine& engine, const engine::RunState& state, std::int64_t round,
                   Scorer& scorer)
    : engine_(engine),
      state_(state),
      round_(round),
      scorer_(scorer),
      alone_(engine.task().group.alone()),
      training_(engine.task(), state.weights) {}

Keys Denoiser::run(std::int64_t n, io::DenoiserRow& row, Work& work) {
  const auto& task = engine_.task();
  const auto& config = task.config;
  const auto protocol = draw_protocol(config, base_lr(config, state_.cursor), round_, n);
  const auto round = static_cast<std::uint32_t>(round_), number = static_cast<std::uint32_t>(n);
  const auto batches = data::look_ahead_batches(task.splits.train, config, round, number);
  const auto count = std::ssize(batches);
  const auto& mask = engine_.placed_mask(state_);
  const auto& meter = engine_.meter(state_);

  row = {.round = round_,
         .denoiser = n,
         .rank = task.group.rank(),
         .lr = protocol.lr,
         .weight_decay = protocol.weight_decay,
         .steps = count};
  training_.start(state_.weights, mask);
  for (std::int64_t step = 0; step < count; ++step) {
    const train::StepSamples drawn{
        batches[static_cast<std::size_t>(step)],
        {.enabled = true, .seed = config.seed, .epoch = round, .denoiser = number + 1},
        model::StepKey{.seed = config.seed,
                       .round = round,
                       .denoiser = number + 1,
                       .step = static_cast<std::uint32_t>(step)}};
    row.last_loss = training_.step(
        drawn,
        {.lr = rate_at(config.isp, protocol.lr, step), .weight_decay = protocol.weight_decay},
        meter, work);
    if (step == 0) row.first_loss = row.last_loss;
    engine_.look_ahead_step_ended(state_);
  }
  work += scorer_.cost({config, task.splits.train, meter, round_});
  return scorer_.score({.task = task,
                        .group = alone_,
                        .weights = training_.weights(),
                        .moments = training_.moments(),
                        .mask = mask,
                        .gradients = training_.gradients(),
                        .round = round_});
}

}  // namespace stockpot::prune
