// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "core/cost.hpp"
#include "mask/mask.hpp"
#include "model/model.hpp"

namespace stockpot::train {

/// Counts multiply-adds of passes through a network under a mask.
///
/// executed     what the dense kernels do: 2 flops per weight and position, plus the unprunable
/// part theoretical  the same with pruned weights skipped training     3 forward passes per sample
/// (one forward, twice that for backward); source: methods.md 5.6, RigL (arXiv 1911.11134)
class FlopMeter {
 public:
  FlopMeter(const model::Model& model, const mask::Mask& mask);

  /// Add `passes` forward passes over `batch` to `cost`; samples are added too.
  void add(const data::Batch& batch, double passes, PhaseCost& cost) const;

 private:
  const model::Model& model_;
  std::vector<double> size_, kept_;  // per prunable leaf
};

inline constexpr double kForwardPass = 1.0;
inline constexpr double kTrainingPasses = 3.0;

}  // namespace stockpot::train
