// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "prune/method.hpp"

namespace stockpot::prune {

/// One cut of a plan.
struct PlannedCut {
  std::int64_t round = 0;
  std::int64_t train_steps = 0;     ///< optimizer steps of its round, before it
  std::int64_t planned_before = 0;  ///< weights that the plan has before it
  std::int64_t keep = 0;            ///< weights that survive it, exactly
  bool last = false;                ///< of the plan

  /// Weights to keep where `kept` are there: the rule `released` leaves more than planned, and the
  /// next cut then removes the planned fraction of what is there, the last one the rest.
  std::int64_t keep_of(std::int64_t kept) const {
    if (last || kept == planned_before) return keep;
    return static_cast<std::int64_t>(static_cast<__int128>(kept) * keep / planned_before);
  }
};

}  // namespace stockpot::prune
