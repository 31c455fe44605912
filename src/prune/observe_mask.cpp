// SPDX-License-Identifier: Apache-2.0
// mask <- select(score(theta), m, K);  d_i <- |mask xor mask_{-i}| for the masks 1 .. 4 checkpoints
// before;  drawn <- all four are there and max d_i <= tolerance P
#include "prune/observe_mask.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/forecast.hpp"
#include "prune/score_main.hpp"

namespace stockpot::prune {

ObserveMask::ObserveMask(const Method& method, PlannedCut cut, std::int64_t checkpoint,
                         double tolerance, bool is_last)
    : method_(method),
      cut_(std::move(cut)),
      checkpoint_(checkpoint),
      tolerance_(tolerance),
      is_last_(is_last) {}

io::EarlyBirdRow compare_with(const std::vector<train::SharedMask>& before, const mask::Mask& mask,
                              double tolerance) {
  io::EarlyBirdRow row;
  std::int64_t* const differs[] = {&row.differs_1, &row.differs_2, &row.differs_3, &row.differs_4};
  const auto compared = std::min(before.size(), ObserveMask::kCompared);
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < compared; ++i) {
    *differs[i] = mask.distance(*before[before.size() - 1 - i]);
    largest = std::max(largest, *differs[i]);
  }
  if (compared < ObserveMask::kCompared) return row;
  row.distance = static_cast<double>(largest) / static_cast<double>(mask.size());
  row.drawn = row.distance <= tolerance ? 1 : 0;
  return row;
}

void ObserveMask::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto scorer = make_scorer(method_.score);
  auto mask = select(score_main(engine, state, *scorer, method_.score, cut_.round), *state.mask,
                     quotas_of(method_.scope, cut_, state));
  auto row = compare_with(state.observed, mask, tolerance_);
  row.checkpoint = checkpoint_;
  row.step = state.cursor.step;
  const bool settled = row.drawn != 0;
  if (is_last_) row.drawn = 1;
  engine.journal().observed(state, row);
  if (!settled && is_last_)
    engine.journal().happened(
        state, fmt::format("no mask settled within prune.early_bird_share: the last one, of step "
                           "{}, is drawn (distance {}, prune.early_bird_distance {})",
                           row.step, row.distance, tolerance_));
  if (row.drawn != 0) {
    state.observed.clear();
    state.cursor.branch = checkpoint_ + 1;
    return;
  }
  state.observed.push_back(std::make_shared<const mask::Mask>(std::move(mask)));
  if (state.observed.size() > kCompared) state.observed.erase(state.observed.begin());
}

void ObserveMask::foresee(engine::Forecast& forecast) const {
  foresee_score(forecast, method_.score, cut_.round);
  if (is_last_) forecast.cursor.branch = checkpoint_ + 1;
}

std::string ObserveMask::describe() const {
  return fmt::format("compare mask {} with those before{}", checkpoint_,
                     is_last_ ? ", the last one" : "");
}

}  // namespace stockpot::prune
