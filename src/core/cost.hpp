// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace stockpot {

/// What one phase of a run has cost so far. Counts are over all ranks; `wall_s` is rank 0's.
struct PhaseCost {
  std::string phase;  ///< train, look_ahead, score, evaluate, fine_tune or soup
  std::int64_t steps =
      0;  ///< optimizer steps (look-ahead: summed over denoisers; evaluate: passes over a split)
  std::int64_t samples = 0;   ///< samples through the network
  double flops_executed = 0;  ///< multiply and add counted apart; what the dense kernels really do
  double flops_theoretical =
      0;  ///< the same with pruned weights skipped (density times the prunable part)
  double wall_s = 0;
  double energy_j =
      std::numeric_limits<double>::quiet_NaN();  ///< NaN where it was not measured, never 0
};

/// The one account of a run: every phase reports to it, in the order in which phases first appear.
class CostLedger {
 public:
  /// The row of `phase`, made on first use.
  PhaseCost& at(const std::string& phase);
  const std::vector<PhaseCost>& rows() const { return rows_; }

 private:
  std::vector<PhaseCost> rows_;
};

}  // namespace stockpot
