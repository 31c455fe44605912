// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.hpp"

namespace stockpot::engine {

/// Is shown the state wherever it can be written down and gone on from. It may throw, and so end
/// the run there.
class Observer {
 public:
  virtual ~Observer() = default;

  /// An optimizer step of the main network is over. Every rank is here, at the same step.
  virtual void step_ended(const RunState& /*state*/) {}

  /// Part of an action is over that takes no steps of the main network, such as the look-aheads
  /// that ran at once. Every rank is here, at the same part.
  virtual void part_ended(const RunState& /*state*/) {}

  /// A step of a look-ahead is over. This rank alone is here; the others look ahead too, and the
  /// parts of the state that are equal everywhere stand still. What it throws the ranks agree on
  /// where the look-aheads that run at once have ended.
  virtual void look_ahead_step_ended(const RunState& /*state*/) {}

  /// Scores on a split are about to be made, and have been made. Every rank is here.
  virtual void evaluation_begins() {}
  virtual void evaluation_ended() {}

  /// `action` is over, and the cursor is at the next one. Every rank is here.
  virtual void action_ended(const RunState& /*state*/, const Action& /*action*/) {}
};

}  // namespace stockpot::engine
