// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "config/run_config.hpp"
#include "model/weights.hpp"
#include "train/placed_mask.hpp"

namespace stockpot::train {

/// All that an optimizer remembers: what its steps made of the gradients of every kept weight, and
/// how many steps made it.
struct Moments {
  at::Tensor first;        ///< [kept] fp32, packed by the mask (kernels/packing.hpp)
  at::Tensor second;       ///< as first; [0] where the optimizer has one moment only (sgd)
  std::int64_t steps = 0;  ///< n of AdamW's bias corrections 1 - beta^n

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [first, second, steps] = self;
    visit("first", first);
    visit("second", second);
    visit("steps", steps);
  }
};

/// Zero moments for the weights that a mask keeps, as `train.optimizer` needs them.
Moments fresh_moments(const PlacedMask& mask, const config::TrainConfig& config);

/// Set them back to fresh ones, in the memory that they have.
void clear(Moments& moments);

/// Carry moments over a change of the mask: those of weights no longer kept are dropped, those of
/// weights kept anew begin at 0.
void repack(Moments& moments, const PlacedMask& before, const PlacedMask& now);

/// Set the weights that the mask prunes to 0.
void zero_pruned(const model::Weights& weights, const PlacedMask& mask);

/// What a step is made from, beside the settings that hold for all of them.
struct StepRates {
  double lr = 0;
  double weight_decay = 0;
};

/// Steps over the flat arena with the mask inside. Remembers nothing: its memory is the Moments.
class Optimizer {
 public:
  explicit Optimizer(const config::TrainConfig& config) : config_(config) {}
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Clip the gradient of the kept weights to `clip_norm`, step, and leave pruned weights at
  /// exactly 0. Running statistics move by those of the step.
  ///
  /// gradients  summed over the global batch
  /// returns    L2 norm of the kept gradient before clipping, over all trained tensors
  /// throws     NotFiniteError, before any weight or moment is changed, if the loss or that norm is
  ///            not finite
  /// source     methods.md 2.3 (a)-(c), 2.4
  double step(model::Weights& weights, const model::Gradients& gradients, Moments& moments,
              const PlacedMask& mask, const StepRates& rates) const;

 protected:
  /// The trained weights and what moves them; moments are of the step that is made.
  struct Update {
    kernels::Place place;
    std::span<float> weights;
    std::span<const float> gradients;
    Moments& moments;
    kernels::Packing packing;
    StepRates rates;
    double gradient_scale;
  };
  const config::TrainConfig& config() const { return config_; }

 private:
  /// The formula, on the kept weights.
  virtual void update(const Update& update) const = 0;

  config::TrainConfig config_;
};

/// The one that `train.optimizer` names; the table is in optimizer.cpp.
std::unique_ptr<const Optimizer> make_optimizer(const config::TrainConfig& config);

}  // namespace stockpot::train
