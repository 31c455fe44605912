// SPDX-License-Identifier: Apache-2.0
#include "core/cost.hpp"

namespace stockpot {

PhaseCost& CostLedger::at(const std::string& phase) {
  for (auto& row : rows_)
    if (row.phase == phase) return row;
  rows_.push_back({.phase = phase});
  return rows_.back();
}

}  // namespace stockpot
