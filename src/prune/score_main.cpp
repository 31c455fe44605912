// SPDX-License-Identifier: Apache-2.0
#include "prune/score_main.hpp"

#include "core/error.hpp"
#include "energy/cost_watch.hpp"

namespace stockpot::prune {

Keys score_main(engine::Engine& engine, engine::RunState& state, Scorer& scorer,
                const std::string& score, std::int64_t round) {
  const energy::CostWatch watch;
  const auto& task = engine.task();
  try {
    const auto keys = scorer.score({.task = task,
                                    .group = task.group,
                                    .weights = state.weights,
                                    .moments = state.moments,
                                    .mask = engine.placed_mask(state),
                                    .gradients = engine.gradients(state),
                                    .round = round});
    check_keys(keys, *state.mask, score);
    const auto work = scorer.cost({task.config, task.splits.train, engine.meter(state), round});
    state.ledger.book(Phase::score, work, watch.spent());
    return keys;
  } catch (const NotFiniteError& error) {
    // keys are equal on all ranks, so every rank is here
    throw AgreedError(error.exit_code(), error.what());
  } catch (const DataError& error) {
    throw AgreedError(error.exit_code(), error.what());
  }
}

void foresee_score(engine::Forecast& forecast, const std::string& score, std::int64_t round) {
  forecast.book(Phase::score, [&](const data::Splits& splits, const train::FlopMeter& meter) {
    return make_scorer(score)->cost({forecast.config(), splits.train, meter, round});
  });
}

}  // namespace stockpot::prune
