// SPDX-License-Identifier: Apache-2.0
// every k steps:  prune a tenth of the original weights
// fine-tune the surviving network for the rest of the budget
// source: methods.md 3.8
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.hpp"
#include "prune/programs/ladder.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {

void compose_interval(Composer& compose) {
  constexpr std::int64_t kIntervalsOfT = 11;  // 22 epochs, a cut every 2; methods.md 3.8
  const auto total = compose.budget().total_steps;
  const auto asked = compose.config().prune.every_steps;
  const auto every = asked > 0 ? asked : std::max<std::int64_t>(1, total / kIntervalsOfT);
  const auto keeps = tenths(compose.config().prune.sparsity, compose.budget().prunable);
  const auto cuts = std::ssize(keeps);
  if (every * cuts > total)
    throw ConfigError(fmt::format("prune.every_steps {} is too long", every),
                      fmt::format("{} cuts take {} steps, T is {}", cuts, every * cuts, total),
                      "lower it, or raise train.steps");
  for (std::size_t i = 0; i < keeps.size(); ++i) {
    compose.train(every);
    compose.cut(keeps[i], i + 1 == keeps.size());
    compose.validate();
  }
  compose.fine_tune(total - every * cuts);
}

}  // namespace stockpot::prune
