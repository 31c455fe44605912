// SPDX-License-Identifier: Apache-2.0
// A look-ahead: copy the main weights; fresh AdamW; C steps at constant learning rate under the
// current mask on C*B samples drawn without replacement; score the result.
#include "prune/look_ahead.hpp"

#include "data/batch_order.hpp"
#include "train/gradient.hpp"

namespace stockpot::prune {

LookAhead::LookAhead(const train::Context& context, const train::TrainState& state,
                     std::int64_t round, Score score)
    : context_(context),
      state_(state),
      round_(round),
      score_(score),
      copy_(state.arena.clone()),
      optimizer_(copy_, state.mask, context.config.train),
      meter_(context.model, state.mask) {}

std::span<const float> LookAhead::run(std::int64_t denoiser, io::DenoiserRow& row) {
  const auto& config = context_.config;
  const auto& train = context_.splits.train;
  const auto protocol = draw_protocol(config, round_, denoiser);
  const auto round = static_cast<std::uint32_t>(round_),
             number = static_cast<std::uint32_t>(denoiser);
  const auto samples = data::look_ahead_samples(
      train, config.train.batch, config.isp.look_ahead_steps, config.seed, round, number);
  const auto batch_size = static_cast<std::size_t>(config.train.batch);
  copy_.weights().copy_(state_.arena.weights());
  optimizer_.reset();
  row = {.round = round_,
         .denoiser = denoiser,
         .rank = context_.comm.rank(),
         .lr = protocol.lr,
         .weight_decay = protocol.weight_decay,
         .steps = config.isp.look_ahead_steps};
  for (std::int64_t step = 0; step < config.isp.look_ahead_steps; ++step) {
    const auto indices =
        std::span(samples).subspan(static_cast<std::size_t>(step) * batch_size, batch_size);
    train.dataset->fill(
        indices, {.enabled = true, .seed = config.seed, .epoch = round, .denoiser = number + 1},
        batch_);
    train::clear_gradient(copy_);
    train::add_gradient(context_.model, copy_, batch_, train.dataset->shape(),
                        1.0 / static_cast<double>(indices.size()), config.train.precision);
    optimizer_.step(copy_, state_.mask, protocol.lr, protocol.weight_decay);
    meter_.add(batch_, train::kTrainingPasses, cost_);
    if (step == 0) row.first_loss = train::loss_of(copy_);
  }
  row.last_loss = train::loss_of(copy_);
  cost_.steps += config.isp.look_ahead_steps;
  return score_({context_, copy_, round_}, scratch_);
}

}  // namespace stockpot::prune
