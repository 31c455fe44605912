// SPDX-License-Identifier: Apache-2.0
#include "engine/run_state.hpp"

#include <utility>

namespace stockpot::engine {

RunState fresh_state(model::Weights weights, const train::LearningRateLine& line,
                     const config::TrainConfig& config) {
  const auto prunable = weights.layout().prunable(), trained = weights.layout().trained();
  auto mask = std::make_shared<const mask::Mask>(mask::Mask::all(prunable));
  auto moments = train::fresh_moments({mask, trained, weights.device()}, config);
  return {.cursor = {.line = line, .kept = prunable},
          .weights = std::move(weights),
          .mask = std::move(mask),
          .moments = std::move(moments),
          .snapshots = {},
          .ballot = {},
          .pot = {},
          .observed = {},
          .validation = {},
          .records = {},
          .ledger = {},
          .metrics_bytes = 0};
}

}  // namespace stockpot::engine
