// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace stockpot::prune {

std::int64_t first_round_steps(const Composer& compose) {
  const auto& isp = compose.config().isp;
  if (isp.round_steps > 0) return isp.round_steps;
  const auto epoch = static_cast<double>(compose.budget().steps_per_epoch);
  return std::max<std::int64_t>(1, std::llround(isp.round_share * epoch));
}

std::int64_t steps_of_rounds(std::int64_t first_steps, std::int64_t count) {
  return first_steps * count * (count + 1) / 2;
}

std::int64_t most_rounds(const Composer& compose, std::int64_t first_steps) {
  const auto total = compose.budget().total_steps;
  const auto most_steps =
      static_cast<std::int64_t>(compose.config().isp.budget_share * static_cast<double>(total));
  std::int64_t most = 0;
  while (steps_of_rounds(first_steps, most + 1) <= most_steps) ++most;
  if (most == 0)
    throw ConfigError("no round of pruning fits into the budget",
                      fmt::format("the first one takes isp.round_steps = {} steps, "
                                  "isp.budget_share leaves {} of T = {}",
                                  first_steps, most_steps, total),
                      "raise train.steps or lower isp.round_steps");
  return most;
}

}  // namespace stockpot::prune
