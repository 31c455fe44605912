// SPDX-License-Identifier: Apache-2.0
#include "prune/planned_cut.hpp"

#include "core/error.hpp"

namespace stockpot::prune {

std::vector<Quota> quotas_of(Scope scope, const PlannedCut& cut, const engine::RunState& state) {
  const auto& layout = state.weights.layout();
  if (cut.keep_in.empty())
    return quotas_of(scope, *state.mask, cut.keep_of(state.cursor.kept), layout);
  auto quotas = quotas_of(Scope::tensor, *state.mask, cut.keep, layout);
  expect(quotas.size() == cut.keep_in.size(), "a count for every prunable tensor", quotas.size(),
         cut.keep_in.size());
  for (std::size_t i = 0; i < quotas.size(); ++i) quotas[i].keep = cut.keep_in[i];
  return quotas;
}

}  // namespace stockpot::prune
