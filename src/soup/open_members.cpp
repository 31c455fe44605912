// SPDX-License-Identifier: Apache-2.0
#include "soup/open_members.hpp"

#include <fmt/format.h>

#include "core/stopwatch.hpp"
#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "soup/member_files.hpp"
#include "soup/member_rows.hpp"
#include "train/evaluate.hpp"

namespace stockpot::soup {

void OpenMembers::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto& task = engine.task();
  std::vector<std::filesystem::path> paths;
  for (const auto& member : members_) paths.push_back(member.weights);
  const MemberFiles files(std::move(paths));
  model::Weights weights(state.weights.shared_layout(), state.weights.device());
  while (state.cursor.done < std::ssize(members_)) {
    const Stopwatch watch;
    const auto number = static_cast<std::size_t>(state.cursor.done);
    const auto& member = members_[number];
    files.read(number, task.model, weights, task.group);
    io::SoupMemberRow row{.member = state.cursor.done, .source = member.source};
    if (task.splits.validation.size() > 0) {
      const auto evaluation =
          train::evaluate({task.model, weights, train::precision_of(task.config.train.precision)},
                          task.splits.validation, task.group, task.config.data.name);
      row.validation = evaluation.scores.primary;
      row.loss = evaluation.loss;
      auto work = train::evaluation_work(task.splits.validation, {task.model, *member.mask});
      work.steps = 0;
      state.ledger.book(Phase::soup, work, watch.elapsed_s());
    }
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
