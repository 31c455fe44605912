// SPDX-License-Identifier: Apache-2.0
// ISP as its authors' code does it:
//   for round i = 0, 1, ...:
//     train t (i+1) steps;  leave the rounds where the sparsity is within 5 points of the final one
//     prune: each denoiser a fraction s of what is left;  their union, not adjusted
//   prune the rest by the plain score, to the exact count;  fine-tune
// source: methods.md 3.2
#include "core/sparsity.hpp"
#include "prune/end_rounds.hpp"
#include "prune/programs/rounds.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {

void compose_released(Composer& compose) {
  constexpr std::int64_t kMostRounds = 20;  // of the authors' loop
  const auto& [isp, prune] = std::tie(compose.config().isp, compose.config().prune);
  const auto prunable = compose.budget().prunable, total = compose.budget().total_steps;
  const auto final_keep = keep_count(prune.sparsity, prunable);
  if (final_keep == prunable) return compose_never(compose);
  const auto first = first_round_steps(compose);
  const auto rounds = std::min(kMostRounds, most_rounds(compose, first));
  const auto near = keep_count(std::max(0.0, prune.sparsity - isp.stop_within), prunable);
  compose.set_effective_rate(isp.rate);

  const auto finish = [&](std::int64_t steps) {
    compose.cut_plainly(final_keep);
    compose.validate();
    compose.fine_tune(total - steps);
  };
  for (std::int64_t i = 0; i < rounds; ++i) {
    compose.train(first * (i + 1));
    compose.validate();
    compose.act(std::make_unique<EndRounds>(near, i + 1));
    compose.branch(i + 1, [&] { finish(steps_of_rounds(first, i + 1)); });
    compose.cut_of_the_rest(isp.rate, final_keep);
  }
  finish(steps_of_rounds(first, rounds));
}

}  // namespace stockpot::prune
