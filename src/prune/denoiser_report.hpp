// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "energy/cost_watch.hpp"
#include "engine/engine.hpp"

namespace stockpot::prune {

/// Write down what the `count` denoisers of the state's ballot did: their rows, their masks where
/// isp.save_masks asks for them, their cost.
///
/// watch  has run since their look-ahead began
/// collective over the engine's group
void report_denoisers(engine::Engine& engine, engine::RunState& state, std::int64_t count,
                      const energy::CostWatch& watch);

}  // namespace stockpot::prune
