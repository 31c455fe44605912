// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace stockpot {

/// What a run spends its time on.
enum class Phase { train, fine_tune, look_ahead, score, evaluate, soup };

/// As it stands in /cost and metrics.jsonl.
const char* name_of(Phase phase);

/// Passes through a network, counted exactly. A function of configuration, data and seed: no number
/// of ranks changes it.
struct Work {
  std::int64_t steps = 0;           ///< optimizer steps; evaluate: passes over a split
  std::int64_t samples = 0;         ///< samples through the network
  std::int64_t flops_executed = 0;  ///< multiply and add counted apart; what the dense kernels do
  std::int64_t flops_theoretical = 0;  ///< the same with pruned weights skipped

  /// throws LogicError where a count passes 2^63
  Work& operator+=(const Work& more);
  bool operator==(const Work&) const = default;
};

/// `times` the same work.
Work operator*(std::int64_t times, const Work& work);

/// What it took to do some work, as measured; 0 where nothing was measured because others did it.
struct Spent {
  double wall_s = 0;    ///< of rank 0
  double energy_j = 0;  ///< of its machine; NaN where that is not measured
};

/// What one phase of a run has cost so far: the row of /cost. Counts as in Work, over all ranks.
struct PhaseCost {
  std::string phase;
  std::int64_t steps = 0, samples = 0, flops_executed = 0, flops_theoretical = 0;
  double wall_s = 0;  ///< of rank 0
  double energy_j =
      std::numeric_limits<double>::quiet_NaN();  ///< NaN where it was not measured in full
};

/// The one account of a run: every phase reports to it, in the order in which phases first appear.
class CostLedger {
 public:
  CostLedger() = default;
  explicit CostLedger(std::vector<PhaseCost> rows) : rows_(std::move(rows)) {}

  void book(Phase phase, const Work& work, const Spent& spent);

  /// What `phase` has cost; zeros where it has not appeared.
  Work work_of(Phase phase) const;
  const std::vector<PhaseCost>& rows() const { return rows_; }

 private:
  std::vector<PhaseCost> rows_;
};

}  // namespace stockpot
