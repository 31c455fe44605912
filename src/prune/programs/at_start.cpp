// SPDX-License-Identifier: Apache-2.0
#include "core/sparsity.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {

void compose_at_start(Composer& compose) {
  compose.cut(keep_count(compose.config().prune.sparsity, compose.budget().prunable), true);
  compose.fine_tune(compose.budget().total_steps);
}

}  // namespace stockpot::prune
