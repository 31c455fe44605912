// SPDX-License-Identifier: Apache-2.0
// Iterative magnitude pruning (LTH):
//   for each level, a tenth of the original weights apart:
//     train the masked network on a line of its own;  prune to the level;  rewind
//   train the ticket for the whole budget
// source: methods.md 3.12
#include <algorithm>
#include <cmath>

#include "core/index.hpp"
#include "prune/programs/ladder.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {

namespace {

/// Search levels behind the last one, for a soup that mixes with sparser neighbours.
void go_beyond(Composer& compose, std::int64_t search, std::int64_t level) {
  const auto& config = compose.config();
  const double deepest = config.prune.sparsity + 0.1 * static_cast<double>(config.soup.beyond);
  const auto keeps = tenths(std::min(deepest, 0.99), compose.budget().prunable);
  for (auto i = level; i < std::ssize(keeps); ++i) {
    compose.cut(at(keeps, i), false);
    compose.begin_training(search);
    compose.train(search);
    compose.ticket(i + 1);
  }
}

}  // namespace

void compose_levels(Composer& compose) {
  const auto total = compose.budget().total_steps;
  const auto share = compose.config().prune.search_share;
  const auto search = std::max<std::int64_t>(1, std::llround(share * static_cast<double>(total)));
  const auto keeps = tenths(compose.config().prune.sparsity, compose.budget().prunable);
  for (std::size_t i = 0; i < keeps.size(); ++i) {
    compose.begin_training(search);
    compose.train(search);
    compose.ticket(static_cast<std::int64_t>(i));
    compose.cut(keeps[i], i + 1 == keeps.size());
  }
  compose.begin_training(total);
  compose.fine_tune(total);
  compose.ticket(std::ssize(keeps));
  go_beyond(compose, search, std::ssize(keeps));
}

}  // namespace stockpot::prune
