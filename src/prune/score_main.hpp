// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"
#include "prune/scorer.hpp"

namespace stockpot::prune {

/// Keys of the main network, booked as scoring; valid until the scorer's next call.
/// collective over the engine's group where the scorer asks for gradients
Keys score_main(engine::Engine& engine, engine::RunState& state, Scorer& scorer,
                std::int64_t round);

}  // namespace stockpot::prune
