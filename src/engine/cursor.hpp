// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "train/learning_rate.hpp"

namespace stockpot::engine {

/// Where a run stands, without a single weight: all that decides what comes next, and so all that a
/// plan needs.
struct Cursor {
  std::int64_t action = 0;    ///< actions done
  std::int64_t done = 0;      ///< optimizer steps done of the action that is under way
  std::int64_t step = 0;      ///< optimizer steps of the main network, over all trainings
  std::int64_t position = 0;  ///< where on the learning-rate line, and in the data
  train::LearningRateLine line = {};
  std::int64_t kept = 0;    ///< prunable weights that are left
  std::int64_t branch = 0;  ///< of the program, which an action chose; 0: none yet

  bool operator==(const Cursor&) const = default;

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [action, done, step, position, line, kept, branch] = self;
    visit("action", action);
    visit("done", done);
    visit("step", step);
    visit("position", position);
    visit("line", line);
    visit("kept", kept);
    visit("branch", branch);
  }
};

}  // namespace stockpot::engine
