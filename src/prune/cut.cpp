// SPDX-License-Identifier: Apache-2.0
// Algorithm 2 (Denoised pruning), second half:
//   combine base and m_0 .. m_{N-1} by the union rule into exactly K weights
// and every other cut:  m <- select(score(theta), m, K);  then  theta <- theta * m.
#include "prune/cut.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "engine/forecast.hpp"
#include "prune/densities.hpp"
#include "prune/score_main.hpp"
#include "prune/union_rule.hpp"

namespace stockpot::prune {

Cut::Cut(const Method& method, const config::RunConfig& config, PlannedCut cut, bool by_ballot)
    : method_(method),
      rule_(union_rule_of(config.isp)),
      include_base_(config.isp.include_base),
      allow_empty_(config.prune.allow_empty_tensors),
      by_ballot_(by_ballot),
      cut_(std::move(cut)) {}

Decision Cut::decide_on(engine::Engine& engine, engine::RunState& state) const {
  const auto scorer = make_scorer(method_.score);
  const auto keys = score_main(engine, state, *scorer, method_.score, cut_.round);
  const auto quotas = quotas_of(method_.scope, cut_, state);
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
}

void Cut::execute(engine::Engine& engine, engine::RunState& state) const {
  auto decision = decide_on(engine, state);
  expect(decision.mask.is_subset_of(*state.mask), "a cut brought a pruned weight back");
  auto densities = densities_of(decision.mask, state.weights.layout(), cut_.round);
  try {
    check_no_tensor_is_empty(densities);
  } catch (const ConfigError& error) {
    // masks are equal on all ranks, so every rank is here
    if (!allow_empty_) throw AgreedError(error.exit_code(), error.what());
    const auto empty = std::ranges::count(densities, 0, &io::DensityRow::kept);
    engine.journal().happened(
        state, fmt::format("the cut of round {} leaves nothing of {} tensors", cut_.round, empty));
  }

  const auto before = state.cursor.kept;
  const auto agreement = state.ballot.agreement;
  engine.adopt(state, std::move(decision.mask));
  state.ballot = {};
  engine.journal().cut(state,
                       {.round = cut_.round,
                        .train_steps = cut_.train_steps,
                        .kept_before = before,
                        .kept_union = decision.kept_union,
                        .kept_after = state.cursor.kept,
                        .requested = cut_.requested_of(before),
                        .pairs = agreement.pairs,
                        .pair_cosine = agreement.mean.cosine,
                        .pair_iou = agreement.mean.iou,
                        .pair_kappa = agreement.mean.kappa},
                       std::move(densities));
  expect(!cut_.last || state.cursor.kept == cut_.keep, "the last cut missed its count",
         state.cursor.kept, cut_.keep);
}

void Cut::foresee(engine::Forecast& forecast) const {
  foresee_score(forecast, method_.score, cut_.round);
  forecast.cursor.kept = cut_.keep_of(forecast.cursor.kept);
}

std::string Cut::describe() const {
  if (!cut_.of_the_rest) return fmt::format("cut to {} weights", cut_.keep);
  return fmt::format("cut to {:.6g} of the weights that are left",
                     static_cast<double>(cut_.keep) / static_cast<double>(cut_.planned_before));
}

}  // namespace stockpot::prune
