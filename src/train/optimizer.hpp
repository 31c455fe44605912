// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "config/run_config.hpp"
#include "mask/mask.hpp"
#include "model/arena.hpp"
#include "train/placed.hpp"

namespace stockpot::train {

/// AdamW over the flat arena with the mask inside. Its whole state is two moments for every kept
/// weight and the number of steps done.
class Optimizer {
 public:
  /// Zero moments for the trained part of `arena`, as far as `mask` keeps it.
  Optimizer(const model::Arena& arena, const mask::Mask& mask, const config::TrainConfig& config);

  /// Clip the gradient of the kept weights to `clip_norm`, step, and leave pruned weights at
  /// exactly 0.
  ///
  /// arena  in/out; its gradient is the sum over the global batch
  /// mask   where it differs from the last call's, moments of weights that are no longer kept are
  /// dropped, new ones begin at 0 returns  L2 norm of the kept gradient before clipping, over all
  /// trained tensors throws NotFiniteError before any weight or kept moment is changed if the loss
  /// or that norm is not finite source: methods.md 2.3 (a)-(c), 2.4
  double step(model::Arena& arena, const mask::Mask& mask, double lr, double weight_decay);

  /// Set the weights that `mask` prunes to 0 and drop their moments, as every step would.
  void prune(model::Arena& arena, const mask::Mask& mask);

  /// Start over: zero moments, no steps.
  void reset();

  std::int64_t steps() const { return steps_; }

  /// The moments of the kept weights and of all other trained ones, packed (kernels/packing.hpp).
  const at::Tensor& first_moment() const { return m_; }
  const at::Tensor& second_moment() const { return v_; }

 private:
  void follow(const mask::Mask& mask);

  config::TrainConfig config_;
  PlacedMask kept_;
  at::Tensor m_, v_;
  std::int64_t steps_ = 0;
};

}  // namespace stockpot::train
