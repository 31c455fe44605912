// SPDX-License-Identifier: Apache-2.0
#include "prune/score_main.hpp"

#include "core/stopwatch.hpp"

namespace stockpot::prune {

Keys score_main(engine::Engine& engine, engine::RunState& state, Scorer& scorer,
                std::int64_t round) {
  const Stopwatch watch;
  Work work;
  const auto keys = scorer.score({.task = engine.task(),
                                  .weights = state.weights,
                                  .moments = state.moments,
                                  .mask = engine.placed_mask(state),
                                  .steps = engine.steps(),
                                  .gradients = engine.gradients(state),
                                  .round = round},
                                 work);
  state.ledger.book(Phase::score, work, watch.elapsed_s());
  return keys;
}

}  // namespace stockpot::prune
