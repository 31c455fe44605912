// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "prune/programs/composer.hpp"

namespace stockpot::prune {

/// t: isp.round_steps, or isp.round_share of an epoch, at least one step.
std::int64_t first_round_steps(const Composer& compose);

/// Steps of `count` rounds of t, 2t, ...
std::int64_t steps_of_rounds(std::int64_t first_steps, std::int64_t count);

/// Rounds whose steps fit into isp.budget_share of T, at least one.
/// throws ConfigError where not even one does
/// source  methods.md 3.4
std::int64_t most_rounds(const Composer& compose, std::int64_t first_steps);

}  // namespace stockpot::prune
