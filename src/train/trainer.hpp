// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "data/sampler.hpp"
#include "train/context.hpp"
#include "train/flops.hpp"
#include "train/learning_rate.hpp"
#include "train/optimizer.hpp"

namespace stockpot::train {

/// The whole state of a training: weights, moments, mask and one integer (optimizer.steps()), which
/// is the position on the learning-rate line and in the data alike. Equal on all ranks after every
/// step.
struct TrainState {
  model::Arena arena;
  Optimizer optimizer;
  mask::Mask mask;
  LearningRateLine line;
};

/// Nothing trained yet: no steps, zero moments.
TrainState fresh_state(model::Arena arena, mask::Mask mask, const config::TrainConfig& config,
                       LearningRateLine line);

/// Trains the main network data parallel over ranks.
class Trainer {
 public:
  explicit Trainer(const Context& context);

  /// Take `steps` optimizer steps from where `state` stands and report them as `phase`.
  ///
  /// dist.reduction fast   rank r computes a contiguous part of each batch, gradients are summed by
  /// the back end dist.reduction fixed  the batch is cut into `dist.shards` parts whose gradients
  /// are summed in a fixed tree: the same bits
  ///                       for every number of ranks, at the price of gradient buffers
  ///                       (comm/tree_sum.hpp)
  /// throws AgreedError (exit 77) at the same step on every rank, before the weights change, if
  /// loss or gradient are not finite collective over `context.comm`
  void advance(TrainState& state, std::int64_t steps, const std::string& phase);

 private:
  double gradient(model::Arena& arena, std::int64_t step, const FlopMeter& meter, PhaseCost& cost);
  void add_part(model::Arena& arena, std::int64_t step, int part, int parts, const FlopMeter& meter,
                PhaseCost& cost);

  const Context& context_;
  std::unique_ptr<const data::BatchOrder> order_;
  std::vector<std::int64_t> indices_;  // of this step's global batch
  data::Batch batch_;
  std::vector<float> total_;
  std::vector<std::vector<float>> scratch_;
};

}  // namespace stockpot::train
