// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.hpp"
#include "prune/planned_cut.hpp"

namespace stockpot::prune {

/// EarlyBird's checkpoint: make the mask that a cut would make now, and compare it with the four
/// before it. Where it differs from each of them on no more than a fraction `tolerance` of the
/// prunable weights, or where it is the last one that the search may look at, it is drawn: the
/// cursor turns into the branch of this checkpoint, whose first action makes the cut. The network
/// is left alone.
///
/// source  methods.md 3.9
class ObserveMask final : public engine::Action {
 public:
  static constexpr std::size_t kCompared = 4;  ///< masks before the newest

  /// checkpoint  from 0; `branch` of its own where drawn: checkpoint + 1
  /// is_last     of the search: drawn whatever the distances are
  ObserveMask(const Method& method, PlannedCut cut, std::int64_t checkpoint, double tolerance,
              bool is_last);

  void execute(engine::Engine& engine, engine::RunState& state) const override;
  /// As if no mask settled before the search ends.
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  Method method_;
  PlannedCut cut_;
  std::int64_t checkpoint_;
  double tolerance_;
  bool is_last_;
};

/// What a new mask is at its checkpoint: how far it is from the `before` masks (the newest last, at
/// most four of them count), and whether it has settled. `step` and `checkpoint` are
/// left to the caller.
io::EarlyBirdRow compare_with(const std::vector<train::SharedMask>& before, const mask::Mask& mask,
                              double tolerance);

}  // namespace stockpot::prune
