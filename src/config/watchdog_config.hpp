// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/setting.hpp"

namespace stockpot::config {

/// [watchdog] when a run that stands still is ended.
struct WatchdogConfig {
  double hang_s = 600;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("hang_s", self.hang_s,
          "seconds without a step, or an answer of another rank, after which a run ends (exit 76); "
          "0: it waits for ever",
          at_least(0), Level::advanced, Effect::execution);
  }
};

}  // namespace stockpot::config
