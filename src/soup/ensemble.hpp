// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"
#include "soup/member_files.hpp"

namespace stockpot::soup {

/// Scores of the mean of the members' logits on a split: what a soup is compared with, at as many
/// passes as there are members. One member is in memory at a time, and the logits of this rank's
/// samples. Booked as evaluation.
/// members  the rows of all that `files` has
/// collective over the engine's group
train::Evaluation evaluate_ensemble(engine::Engine& engine, engine::RunState& state,
                                    const MemberFiles& files,
                                    std::span<const io::SoupMemberRow> members,
                                    const data::Split& split);

}  // namespace stockpot::soup
