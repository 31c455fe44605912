// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "prune/programs/composer.hpp"

namespace stockpot::prune {

// Each composes the program of its schedule (schedule.hpp says what they do).
void compose_never(Composer& compose);
void compose_at_start(Composer& compose);
void compose_growing(Composer& compose);
void compose_interval(Composer& compose);
void compose_levels(Composer& compose);
void compose_early_bird(Composer& compose);
void compose_released(Composer& compose);

}  // namespace stockpot::prune
