// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "prune/scorer.hpp"

namespace stockpot::prune {

/// Keys of the main network, booked as scoring; valid until the scorer's next call, and the
/// network's next step.
///
/// score  name of the scorer
/// throws AgreedError: keys that are not finite (77) or all equal (65), samples that are not there
/// collective over the engine's group
Keys score_main(engine::Engine& engine, engine::RunState& state, Scorer& scorer,
                const std::string& score, std::int64_t round);

/// Book what score_main of a round will.
void foresee_score(engine::Forecast& forecast, const std::string& score, std::int64_t round);

}  // namespace stockpot::prune
