// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "sweep/plan.hpp"
#include "sweep/queue.hpp"

namespace stockpot::jobs {

/// How long a controller that has many jobs is waited for.
inline constexpr int kPatience_s = 20;

/// The points of a sweep that wait or run in Slurm, by one question; empty where Slurm does not
/// answer.
std::optional<std::vector<sweep::QueuedPoint>> ask_queue(const sweep::SweepFolder& folder);

}  // namespace stockpot::jobs
