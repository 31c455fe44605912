// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/run_state.hpp"
#include "prune/method.hpp"
#include "prune/select.hpp"

namespace stockpot::prune {

/// One cut of a plan.
struct PlannedCut {
  std::int64_t round = 0;
  std::int64_t train_steps = 0;     ///< optimizer steps of its round, before it
  std::int64_t planned_before = 0;  ///< weights that the plan has before it
  std::int64_t keep = 0;            ///< weights that survive it, exactly
  bool last = false;                ///< of the plan
  bool of_the_rest = false;         ///< keep / planned_before is a fraction of whatever is there
  std::int64_t least = 0;           ///< weights that survive it at least, where it is a fraction
  std::vector<std::int64_t> keep_in = {};  ///< by prunable tensor; empty: as the scope says

  /// Weights that the schedule asks for where `kept` are there.
  std::int64_t requested_of(std::int64_t kept) const { return of_the_rest ? keep_of(kept) : keep; }

  /// Weights to keep where `kept` are there: the rule `released` leaves more than planned, and the
  /// next cut then removes the planned fraction of what is there, the last one the rest.
  std::int64_t keep_of(std::int64_t kept) const {
    if (last || kept == planned_before) return keep;
    return std::max(least,
                    static_cast<std::int64_t>(static_cast<__int128>(kept) * keep / planned_before));
  }
};

/// Who competes with whom in a cut of the network of `state`.
std::vector<Quota> quotas_of(Scope scope, const PlannedCut& cut, const engine::RunState& state);

}  // namespace stockpot::prune
