// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "engine/action.hpp"
#include "soup/finished_members.hpp"

namespace stockpot::soup {

/// Let finished networks be the members of the soup.
class OpenMembers final : public engine::Action {
 public:
  explicit OpenMembers(std::vector<FinishedMember> members) : members_(std::move(members)) {}

  /// Scores of those whose order or choice needs them come with it.
  /// throws  AgreedError where a file cannot be read
  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  std::vector<FinishedMember> members_;
};

}  // namespace stockpot::soup
