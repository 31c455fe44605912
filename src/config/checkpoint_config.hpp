// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "config/setting.hpp"

namespace stockpot::config {

/// [checkpoint] states that a run puts down while it goes, to be gone on from.
struct CheckpointConfig {
  std::int64_t every_steps = 0;
  double every_s = 600;
  std::int64_t keep = 2;
  bool keep_after = false;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("every_steps", self.every_steps,
          "optimizer steps between two checkpoints, those of look-aheads too; 0: by time",
          at_least(0), Level::basic, Effect::execution);
    field("every_s", self.every_s, "seconds between two checkpoints; 0: by steps", at_least(0),
          Level::advanced, Effect::execution);
    field("keep", self.keep, "checkpoints that are kept, the newest ones", between(1, 1000),
          Level::advanced, Effect::execution);
    field("keep_after", self.keep_after, "leave them in the folder of a run that is complete",
          any(), Level::advanced, Effect::execution);
  }
};

}  // namespace stockpot::config
