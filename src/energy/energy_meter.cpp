// SPDX-License-Identifier: Apache-2.0
#include "energy/energy_meter.hpp"

#include <cmath>

namespace stockpot::energy {

double EnergyMeter::joules() {
  const bool failed = was_read_ && std::isnan(joules_);
  if (counters_.empty() || failed) return joules_;
  const auto now = std::chrono::steady_clock::now();
  if (was_read_ && now - read_at_ < kFresh) return joules_;
  double sum = 0;
  for (const auto& counter : counters_) sum += counter.joules();
  joules_ = sum;
  read_at_ = now;
  was_read_ = true;
  return joules_;
}

EnergyMeter& meter() {
  static EnergyMeter of_process;
  return of_process;
}

void measure(std::vector<Counter> counters) { meter() = EnergyMeter(std::move(counters)); }

}  // namespace stockpot::energy
