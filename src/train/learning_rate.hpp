// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "config/run_config.hpp"

namespace stockpot::train {

/// The one learning-rate line of a training: up from 0 over the warm-up, then straight down to 0 at
/// the end of the budget, or constant but for drops. Pruning does not touch it.
/// source: methods.md 2.5 (ISP paper: "decays linearly from the initial value to zero"; warm-up as
/// in its code; drops as in Lottery Pools)
struct LearningRateLine {
  double initial = 0;
  std::int64_t warmup_steps = 0;
  std::int64_t total_steps = 1;
  std::vector<double> drop_at =
      {};                  ///< fractions of the budget, increasing; empty: straight down to 0
  double drop_factor = 1;  ///< what each drop multiplies the rate by

  bool operator==(const LearningRateLine&) const = default;

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [initial, warmup_steps, total_steps, drop_at, drop_factor] = self;
    visit("initial", initial);
    visit("warmup_steps", warmup_steps);
    visit("total_steps", total_steps);
    visit("drop_at", drop_at);
    visit("drop_factor", drop_factor);
  }

  /// Learning rate of step `n`, n = 0 first. A drop at the fraction f is in force from step
  /// f total_steps on, rounded to the nearest.
  double at(std::int64_t n) const;
};

/// The line that `train.schedule` names, for a training of `total_steps`.
LearningRateLine line_of(const config::TrainConfig& config, std::int64_t total_steps);

}  // namespace stockpot::train
