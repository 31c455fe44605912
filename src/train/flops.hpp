// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "core/cost.hpp"
#include "mask/mask.hpp"
#include "model/model.hpp"

namespace stockpot::train {

/// Prices passes through a network under a mask, exactly.
///
/// executed     what the dense kernels do: 2 flops per weight and position, plus all that no
///              prunable weight takes part in
/// theoretical  the same with pruned weights skipped
/// training     3 forward passes per sample (one forward, twice that for backward)
/// source       methods.md 5.6; RigL (arXiv 1911.11134)
class FlopMeter {
 public:
  FlopMeter(const model::Model& model, const mask::Mask& mask);

  /// For a plan: `kept` of the prunable weights are left, an equal share of every tensor (rounded
  /// down), since nobody knows yet which.
  FlopMeter(const model::Model& model, std::int64_t kept);

  /// One forward pass over a batch; no step.
  Work forward(const data::BatchShape& batch) const;
  /// Forward and backward over a batch; no step.
  Work training(const data::BatchShape& batch) const;

 private:
  const model::Model* model_;
  std::vector<std::int64_t> size_, kept_;  // per prunable leaf
};

}  // namespace stockpot::train
