// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {

void compose_never(Composer& compose) { compose.fine_tune(compose.budget().total_steps); }

}  // namespace stockpot::prune
