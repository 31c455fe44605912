// SPDX-License-Identifier: Apache-2.0
// step:  draw the batch of this step; every rank adds the gradients of its parts; sum over ranks;
//        masked, clipped AdamW on every rank alike; write it down.
#include "train/trainer.hpp"

#include <ATen/ops/from_blob.h>

#include "comm/tree_sum.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "data/batch_order.hpp"
#include "train/gradient.hpp"

namespace stockpot::train {

TrainState fresh_state(model::Arena arena, mask::Mask mask, const config::TrainConfig& config,
                       LearningRateLine line) {
  Optimizer optimizer(arena, mask, config);
  return {std::move(arena), std::move(optimizer), std::move(mask), std::move(line)};
}

Trainer::Trainer(const Context& context)
    : context_(context),
      order_(data::make_batch_order(context.splits.train, context.config.train.batch,
                                    context.config.seed)) {}

void Trainer::add_part(model::Arena& arena, std::int64_t step, int part, int parts,
                       const FlopMeter& meter, PhaseCost& cost) {
  const std::span<const std::int64_t> all = indices_;
  const std::size_t begin =
      all.size() * static_cast<std::size_t>(part) / static_cast<std::size_t>(parts);
  const std::size_t end =
      all.size() * static_cast<std::size_t>(part + 1) / static_cast<std::size_t>(parts);
  if (begin == end) return;
  const auto& train = context_.splits.train;
  train.dataset->fill(all.subspan(begin, end - begin),
                      {.enabled = true,
                       .seed = context_.config.seed,
                       .epoch = order_->epoch_of(step),
                       .denoiser = 0},
                      batch_);
  add_gradient(context_.model, arena, batch_, train.dataset->shape(),
               1.0 / static_cast<double>(all.size()), context_.config.train.precision);
  meter.add(batch_, kTrainingPasses, cost);
}

double Trainer::gradient(model::Arena& arena, std::int64_t step, const FlopMeter& meter,
                         PhaseCost& cost) {
  const int ranks = context_.comm.size(), rank = context_.comm.rank();
  const auto& gradients = arena.gradients();
  order_->batch(step, indices_);
  if (context_.config.dist.reduction == "fast") {
    clear_gradient(arena);
    add_part(arena, step, rank, ranks, meter, cost);
    context_.reducer.sum(gradients.data_ptr<float>(), static_cast<std::size_t>(gradients.numel()));
    return loss_of(arena);
  }
  const int shards = static_cast<int>(context_.config.dist.shards);
  total_.resize(static_cast<std::size_t>(gradients.numel()));
  comm::tree_sum(
      context_.comm, shards, [&](int shard) { return comm::block_owner(shard, shards, ranks); },
      [&](int shard, std::span<float> out) {
        clear_gradient(arena);
        add_part(arena, step, shard, shards, meter, cost);
        at::from_blob(out.data(), {gradients.numel()}, at::kFloat).copy_(gradients);
      },
      total_, scratch_);
  gradients.copy_(at::from_blob(total_.data(), {gradients.numel()}, at::kFloat));
  return loss_of(arena);
}

void Trainer::advance(TrainState& state, std::int64_t steps, const std::string& phase) {
  const Stopwatch watch;
  const FlopMeter meter(context_.model, state.mask);
  const double sparsity = state.mask.sparsity();
  PhaseCost local;
  for (std::int64_t i = 0; i < steps; ++i) {
    const std::int64_t n = state.optimizer.steps();
    const double lr = state.line.at(n);
    const double loss = gradient(state.arena, n, meter, local);
    try {
      state.optimizer.step(state.arena, state.mask, lr, context_.config.train.weight_decay);
    } catch (const NotFiniteError&
                 error) {  // loss and gradient are sums over ranks, so every rank is here
      throw AgreedError(error.exit_code(), error.what());
    }
    context_.journal.trained(phase, loss, lr, sparsity);
  }
  std::vector<double> totals = {static_cast<double>(local.samples), local.flops_executed,
                                local.flops_theoretical};
  context_.comm.sum(std::span(totals));
  auto& cost = context_.ledger.at(phase);
  cost.steps += steps;
  cost.samples += static_cast<std::int64_t>(totals[0]);
  cost.flops_executed += totals[1];
  cost.flops_theoretical += totals[2];
  cost.wall_s += watch.elapsed_s();
}

}  // namespace stockpot::train
