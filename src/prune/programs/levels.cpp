// SPDX-License-Identifier: Apache-2.0
// Iterative magnitude pruning (LTH):
//   for each level, a tenth of the original weights apart (or a fraction of the rest):
//     train the masked network on a line of its own;  prune to the level;  rewind
//   train the ticket for the whole budget
// Rewinding to step r of the first training: weights, line and data order go on from there, moments
// from 0.
// source: methods.md 3.12, 3.13
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/sparsity.hpp"
#include "prune/programs/ladder.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {
namespace {

std::vector<std::int64_t> levels_of(Composer& compose) {
  const auto& prune = compose.config().prune;
  const auto prunable = compose.budget().prunable;
  if (prune.level_rate == 0) return tenths(prune.sparsity, prunable);
  const auto keeps = compounding(prune.level_rate, prunable, keep_count(prune.sparsity, prunable));
  if (!keeps.empty()) compose.set_effective_rate(prune.level_rate);
  return keeps;
}

/// r; 0 where the method goes back to the start, or not at all.
std::int64_t rewind_step(const Composer& compose, std::int64_t search_steps) {
  if (compose.method().rewind != RewindTo::step) return 0;
  const auto asked = compose.config().prune.rewind_step;
  const auto total = static_cast<double>(compose.budget().total_steps);
  const auto step = asked == 0  ? compose.budget().steps_per_epoch
                    : asked < 1 ? std::max<std::int64_t>(1, std::llround(asked * total))
                                : std::llround(asked);
  if (asked >= 1 && std::floor(asked) != asked)
    throw ConfigError(fmt::format("prune.rewind_step {} is no whole number of steps", asked), "",
                      "give whole steps, or a fraction of T below 1");
  if (step >= search_steps)
    throw ConfigError(fmt::format("prune.rewind_step comes to step {}", step),
                      fmt::format("{} a search training has {} steps",
                                  asked == 0 ? "one epoch;" : "", search_steps),
                      "set it to fewer steps, or to a fraction of T such as 0.05");
  return step;
}

/// The next soup.beyond levels behind `keeps`.
std::vector<std::int64_t> levels_behind(const Composer& compose,
                                        const std::vector<std::int64_t>& keeps) {
  const auto& config = compose.config();
  const auto prunable = compose.budget().prunable;
  const auto beyond = static_cast<double>(config.soup.beyond);
  auto levels = config.prune.level_rate == 0
                    ? tenths(std::min(config.prune.sparsity + 0.1 * beyond, 0.99), prunable)
                    : compounding(config.prune.level_rate, prunable, 1);
  const auto last = keeps.empty() ? prunable : keeps.back();
  std::erase_if(levels, [&](std::int64_t keep) { return keep >= last; });
  levels.resize(std::min(levels.size(), static_cast<std::size_t>(config.soup.beyond)));
  return levels;
}

/// Search levels behind the last one, for a soup that mixes with sparser neighbours.
void go_beyond(Composer& compose, const std::vector<std::int64_t>& keeps, std::int64_t search,
               std::int64_t rewound) {
  auto level = std::ssize(keeps);
  for (const auto keep : levels_behind(compose, keeps)) {
    compose.cut(keep, false);
    compose.begin_training(search, rewound);
    compose.train(search - rewound);
    compose.ticket(++level);
  }
}

}  // namespace

void compose_levels(Composer& compose) {
  const auto total = compose.budget().total_steps;
  const auto share = compose.config().prune.search_share;
  const auto search = std::max<std::int64_t>(1, std::llround(share * static_cast<double>(total)));
  const auto keeps = levels_of(compose);
  const auto rewound = keeps.empty() ? 0 : rewind_step(compose, search);
  for (std::size_t i = 0; i < keeps.size(); ++i) {
    if (i == 0 && rewound > 0) {
      compose.begin_training(search);
      compose.train(rewound);
      compose.take_rewind_point();
    } else {
      compose.begin_training(search, rewound);
    }
    compose.train(search - rewound);
    compose.ticket(static_cast<std::int64_t>(i));
    compose.cut(keeps[i], i + 1 == keeps.size());
  }
  compose.begin_training(total, rewound);
  compose.fine_tune(total - rewound);
  compose.ticket(std::ssize(keeps));
  go_beyond(compose, keeps, search, rewound);
}

}  // namespace stockpot::prune
