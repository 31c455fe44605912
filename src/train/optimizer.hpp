#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "config/run_config.hpp"
#include "mask/mask.hpp"
#include "model/arena.hpp"
#include "train/placed.hpp"

namespace stockpot::train {

/// AdamW over the flat arena with the mask inside: its whole state is two arrays and the number of steps done.
class Optimizer {
 public:
  /// Zero moments for the trained part of `arena`.
  Optimizer(const model::Arena& arena, const config::TrainConfig& config);

  /// Clip the gradient of the kept weights to `clip_norm`, step, and leave pruned weights and their moments at exactly 0.
  ///
  /// arena  in/out; its gradient is the sum over the global batch
  /// returns  L2 norm of the kept gradient before clipping, over all trained tensors
  /// throws NotFiniteError before anything is changed if the loss or that norm is not finite
  /// source: methods.md 2.3 (a)-(c), 2.4
  double step(model::Arena& arena, const mask::Mask& mask, double lr, double weight_decay);

  /// Set the weights that `mask` prunes, and their moments, to 0, as every step would.
  void prune(model::Arena& arena, const mask::Mask& mask);

  /// Start over: zero moments, no steps.
  void reset();

  std::int64_t steps() const { return steps_; }
  const at::Tensor& first_moment() const { return m_; }
  const at::Tensor& second_moment() const { return v_; }

 private:
  config::TrainConfig config_;
  at::Tensor m_, v_;
  std::int64_t steps_ = 0;
  PlacedMask placed_mask_;
};

}  // namespace stockpot::train
