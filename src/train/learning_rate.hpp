// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

namespace stockpot::train {

/// The one learning-rate line of a training: up from 0 over the warm-up, then straight down to 0 at
/// the end of the budget. Pruning does not touch it. source: methods.md 2.5 (ISP paper: "decays
/// linearly from the initial value to zero"; warm-up as in its code)
struct LearningRateLine {
  double initial = 0;
  std::int64_t warmup_steps = 0;
  std::int64_t total_steps = 1;

  bool operator==(const LearningRateLine&) const = default;

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [initial, warmup_steps, total_steps] = self;
    visit("initial", initial);
    visit("warmup_steps", warmup_steps);
    visit("total_steps", total_steps);
  }

  /// Learning rate of step `n`, n = 0 first.
  double at(std::int64_t n) const {
    if (n < warmup_steps)
      return initial * static_cast<double>(n) / static_cast<double>(warmup_steps);
    const auto left = static_cast<double>(std::max<std::int64_t>(0, total_steps - n));
    return initial * left /
           static_cast<double>(std::max<std::int64_t>(1, total_steps - warmup_steps));
  }
};

}  // namespace stockpot::train
