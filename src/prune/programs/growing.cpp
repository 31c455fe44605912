// SPDX-License-Identifier: Apache-2.0
// Algorithm 1 (Instant Soup Pruning):
//   for round i = 0 .. k-1:
//     train the masked network for t (i+1) steps
//     prune a fraction s of its remaining weights by a denoised mask (Algorithm 2: look_ahead.cpp,
//     cut.cpp)
//   fine-tune the surviving network for the rest of the budget
// No rewinding, one optimizer, one learning-rate line. source: methods.md 3.1
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "core/index.hpp"
#include "core/sparsity.hpp"
#include "prune/programs/ladder.hpp"
#include "prune/programs/rounds.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {
namespace {

/// The rounds that fit the budget.
struct Rounds {
  std::int64_t first_steps = 0;     // t
  std::vector<std::int64_t> keeps;  // weights left after each round

  std::int64_t count() const { return std::ssize(keeps); }
  std::int64_t steps() const { return steps_of_rounds(first_steps, count()); }
};

/// As many rounds of rate s as reach the sparsity; where they do not fit into M <= budget_share *
/// T, as many as fit, and s is raised to 1-(1-S)^(1/k).
Rounds fit_rounds(Composer& compose) {
  const auto& [isp, sparsity] = std::tie(compose.config().isp, compose.config().prune.sparsity);
  const auto& budget = compose.budget();
  const auto final_keep = keep_count(sparsity, budget.prunable);
  Rounds rounds{.first_steps = first_round_steps(compose),
                .keeps = compounding(isp.rate, budget.prunable, final_keep)};
  if (rounds.keeps.empty()) return rounds;
  compose.set_effective_rate(isp.rate);
  const auto most = most_rounds(compose, rounds.first_steps);
  if (rounds.count() <= most) return rounds;

  const double raised = 1.0 - std::pow(1.0 - sparsity, 1.0 / static_cast<double>(most));
  compose.set_effective_rate(raised);
  compose.note(fmt::format(
      "isp.rate {} would take {} rounds, {} steps in all; isp.budget_share leaves {} steps, which "
      "hold {} rounds: the rate is raised to {:.6f}",
      isp.rate, rounds.count(), rounds.steps(),
      static_cast<std::int64_t>(isp.budget_share * static_cast<double>(budget.total_steps)), most,
      raised));
  rounds.keeps = compounding(raised, budget.prunable, final_keep);
  // rounding may leave a crumb for one round more
  if (rounds.count() > most) rounds.keeps.erase(rounds.keeps.end() - 2);
  return rounds;
}

}  // namespace

void compose_growing(Composer& compose) {
  const Rounds rounds = fit_rounds(compose);
  for (std::int64_t i = 0; i < rounds.count(); ++i) {
    compose.train(rounds.first_steps * (i + 1));
    compose.cut(at(rounds.keeps, i), i + 1 == rounds.count());
    compose.validate();
  }
  compose.fine_tune(compose.budget().total_steps - rounds.steps());
}

}  // namespace stockpot::prune
