// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.hpp"
#include "prune/planned_cut.hpp"

namespace stockpot::prune {

/// Algorithm 2, first half: N denoisers look ahead from the network and say which weights
/// they would keep; the ballot of the state holds what they say. Nothing else of the state moves.
///
/// Denoiser n runs on rank n mod R. It starts from the main weights under the current mask, trains
/// isp.look_ahead_steps steps on its own samples with its own protocol and a fresh optimizer, makes
/// its mask, and is thrown away. What it says depends on (seed, round, n, state) only, so the
/// ballot has the same bits for every number of ranks. Of an interrupted look-ahead the denoisers
/// that had ended count, the others begin again (under the rule `mean`, all of them).
class LookAhead final : public engine::Action {
 public:
  LookAhead(const Method& method, const config::IspConfig& isp, PlannedCut cut);

  /// throws  AgreedError (exit 77) if any denoiser diverges
  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  Method method_;
  UnionRule rule_;
  std::int64_t denoisers_, steps_;
  double share_;
  PlannedCut cut_;
};

}  // namespace stockpot::prune
