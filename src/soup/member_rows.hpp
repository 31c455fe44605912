// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>

#include "engine/engine.hpp"

namespace stockpot::soup {

/// Folder below that of the run where members which the run makes lie.
inline constexpr const char* kMemberFolder = "members";

/// How the training of a member ended, on the rank that did it.
struct MemberScores {
  double last_loss = std::numeric_limits<double>::quiet_NaN();
  engine::Validation validation;
  Work work;
};

/// What rank `owner` has, on every rank.
/// collective over `group`
MemberScores of_rank(const MemberScores& scores, int owner, const comm::Group& group);

/// Note the next member of the soup: its mask and its row, whose `kept` is counted from the mask.
void add_member(engine::Engine& engine, engine::RunState& state, train::SharedMask mask,
                io::SoupMemberRow row);

}  // namespace stockpot::soup
