// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.hpp"
#include "prune/planned_cut.hpp"
#include "prune/union_rule.hpp"

namespace stockpot::prune {

/// Prune the network: choose the weights that survive, by the ballot of a look-ahead (Algorithm 2,
/// second half) or by their keys alone, and set the others to 0 for good.
class Cut final : public engine::Action {
 public:
  /// by_ballot  whether a LookAhead of the same round stands before it
  Cut(const Method& method, const config::RunConfig& config, PlannedCut cut, bool by_ballot);

  /// throws  LogicError where a pruned weight would come back, or the last cut misses its count;
  ///         AgreedError (78) where it would leave nothing of a tensor, before it is made
  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  /// collective over the engine's group
  Decision decide_on(engine::Engine& engine, engine::RunState& state) const;

  Method method_;
  UnionRule rule_;
  bool include_base_, allow_empty_, by_ballot_;
  PlannedCut cut_;
};

}  // namespace stockpot::prune
