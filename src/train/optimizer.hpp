// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "config/run_config.hpp"
#include "model/weights.hpp"
#include "train/placed_mask.hpp"

namespace stockpot::train {

/// All that AdamW remembers: two moments for every kept weight, and how many steps made them.
struct Moments {
  at::Tensor first, second;  ///< [kept] fp32, packed by the mask (kernels/packing.hpp)
  std::int64_t steps = 0;    ///< n of the bias corrections 1 - beta^n

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [first, second, steps] = self;
    visit("first", first);
    visit("second", second);
    visit("steps", steps);
  }
};

/// Zero moments for the weights that a mask keeps.
Moments fresh_moments(const PlacedMask& mask);

/// Carry moments over a change of the mask: those of weights no longer kept are dropped, those of
/// weights kept anew begin at 0.
void repack(Moments& moments, const PlacedMask& before, const PlacedMask& now);

/// Set the weights that the mask prunes to 0.
void zero_pruned(const model::Weights& weights, const PlacedMask& mask);

/// AdamW over the flat arena with the mask inside. Remembers nothing: its memory is the Moments.
class AdamW {
 public:
  explicit AdamW(const config::TrainConfig& config) : config_(config) {}

  /// Clip the gradient of the kept weights to `clip_norm`, step, and leave pruned weights at
  /// exactly 0. Running statistics move by those of the step.
  ///
  /// gradients  summed over the global batch
  /// returns    L2 norm of the kept gradient before clipping, over all trained tensors
  /// throws     NotFiniteError, before any weight or moment is changed, if the loss or that norm is
  ///            not finite
  /// source     methods.md 2.3 (a)-(c), 2.4
  double step(model::Weights& weights, const model::Gradients& gradients, Moments& moments,
              const PlacedMask& mask, double lr, double weight_decay) const;

 private:
  config::TrainConfig config_;
};

}  // namespace stockpot::train
