// SPDX-License-Identifier: Apache-2.0
// Algorithm 2 (Denoised pruning), second half:
//   combine base and m_0 .. m_{N-1} by the union rule into exactly K weights
// and every other cut:  m <- select(score(theta), m, K);  then  theta <- theta * m.
#include "prune/cut.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "engine/forecast.hpp"
#include "prune/score_main.hpp"
#include "prune/union_rule.hpp"

namespace stockpot::prune {

Cut::Cut(const Method& method, const config::IspConfig& isp, const PlannedCut& cut, bool by_ballot)
    : method_(method),
      rule_(union_rule_of(isp)),
      include_base_(isp.include_base),
      by_ballot_(by_ballot),
      cut_(cut) {}

void Cut::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto scorer = make_scorer(method_.score);
  const auto keys = score_main(engine, state, *scorer, cut_.round);
  const auto quotas = quotas_of(method_.scope, *state.mask, cut_.keep_of(state.cursor.kept),
                                state.weights.layout());
  auto decision = [&]() -> Decision {
    if (by_ballot_)
      return decide(rule_,
                    {.ballot = state.ballot,
                     .keys = keys,
                     .mask = *state.mask,
                     .quotas = quotas,
                     .include_base = include_base_,
                     .last = cut_.last},
                    engine.task().group);
    auto mask = select(keys, *state.mask, quotas);
    const auto kept = mask.kept();
    return {std::move(mask), kept};
  }();
  expect(decision.mask.is_subset_of(*state.mask), "a cut brought a pruned weight back");

  const auto before = state.cursor.kept;
  engine.adopt(state, std::move(decision.mask));
  state.ballot = {};
  engine.journal().cut(state, {.round = cut_.round,
                               .train_steps = cut_.train_steps,
                               .kept_before = before,
                               .kept_union = decision.kept_union,
                               .kept_after = state.cursor.kept,
                               .requested = cut_.keep});
  expect(!cut_.last || state.cursor.kept == cut_.keep, "the last cut missed its count",
         state.cursor.kept, cut_.keep);
}

void Cut::foresee(engine::Forecast& forecast) const {
  forecast.ledger.book(Phase::score, {}, 0);
  forecast.cursor.kept = cut_.keep;
}

std::string Cut::describe() const { return fmt::format("cut to {} weights", cut_.keep); }

}  // namespace stockpot::prune
