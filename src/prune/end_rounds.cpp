// SPDX-License-Identifier: Apache-2.0
#include "prune/end_rounds.hpp"

#include <fmt/format.h>

#include "engine/forecast.hpp"

namespace stockpot::prune {

void EndRounds::foresee(engine::Forecast& forecast) const { look(forecast.cursor); }

std::string EndRounds::describe() const {
  return fmt::format("end the rounds below {} weights", most_kept_);
}

}  // namespace stockpot::prune
