// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "core/cost.hpp"
#include "core/stopwatch.hpp"
#include "energy/energy_meter.hpp"

namespace stockpot::energy {

/// Measures what a phase spends from its construction on.
class CostWatch {
 public:
  Spent spent() const { return {watch_.elapsed_s(), meter().joules() - joules_}; }

 private:
  Stopwatch watch_;
  double joules_ = meter().joules();
};

}  // namespace stockpot::energy
