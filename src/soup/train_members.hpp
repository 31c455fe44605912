// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "engine/action.hpp"
#include "prune/method.hpp"
#include "soup/member_files.hpp"
#include "soup/member_plan.hpp"

namespace stockpot::soup {

/// Train the members of a soup, all from the weights of the network: member k on rank k mod R, as
/// many at once as there are ranks. The network does not move. Each is scored on validation and
/// written to a file of the run; its mask and its row go into the state. What a member becomes
/// depends on (seed, k, state) only, so the files have the same bits for every number of ranks.
/// cursor.done counts the members that are written; an interrupted action trains the others again.
class TrainMembers final : public engine::Action {
 public:
  TrainMembers(std::vector<MemberPlan> plans, prune::Scope scope)
      : plans_(std::move(plans)), scope_(scope) {}

  /// throws  AgreedError: a member diverged (77), its file cannot be written (74)
  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  std::vector<MemberPlan> plans_;
  prune::Scope scope_;
};

}  // namespace stockpot::soup
