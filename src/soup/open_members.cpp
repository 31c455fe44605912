// SPDX-License-Identifier: Apache-2.0
#include "soup/open_members.hpp"

#include <fmt/format.h>

#include "energy/cost_watch.hpp"
#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "soup/member_rows.hpp"
#include "soup/validation.hpp"

namespace stockpot::soup {

void OpenMembers::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto& task = engine.task();
  const auto files = files_of(members_);
  model::Weights weights(state.weights.shared_layout(), state.weights.device());
  while (state.cursor.done < std::ssize(members_)) {
    const energy::CostWatch watch;
    const auto number = static_cast<std::size_t>(state.cursor.done);
    const auto& member = members_[number];
    files.read(number, task.model, weights, task.group);
    io::SoupMemberRow row{.member = state.cursor.done, .source = member.source};
    Work work;
    const auto validation = validate(task, {weights, member.mask}, task.group, work);
    row.validation = validation.primary;
    row.loss = validation.loss;
    state.ledger.book(Phase::soup, work, watch.spent());
    add_member(engine, state, member.mask, std::move(row));
    ++state.cursor.done;
  }
}

void OpenMembers::foresee(engine::Forecast& forecast) const {
  forecast.mix(std::ssize(members_), 0);
}

std::string OpenMembers::describe() const {
  return fmt::format("open {} finished networks as soup members", members_.size());
}

}  // namespace stockpot::soup
