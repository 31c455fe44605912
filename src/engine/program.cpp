// SPDX-License-Identifier: Apache-2.0
#include "engine/program.hpp"

#include <fmt/format.h>

#include <iterator>

#include "core/error.hpp"

namespace stockpot::engine {

void ListProgram::add(std::unique_ptr<const Action> action) {
  branches_[adding_to_].actions.push_back(std::move(action));
}

void ListProgram::begin_branch(std::int64_t branch) {
  expect(adding_to_ == 0 && !branches_.contains(branch), "a branch begins once, on the list itself",
         branch);
  branches_[branch].first = std::ssize(branches_[0].actions);
  adding_to_ = branch;
}

const Action* ListProgram::next(const Cursor& cursor) const {
  const auto found = branches_.find(cursor.branch);
  if (found == branches_.end())
    throw DataError(fmt::format("the state is in branch {} of its program", cursor.branch),
                    "there is none; it belongs to another run");
  const auto& [first, actions] = found->second;
  const auto number = cursor.action - first;
  if (number < 0 || number > std::ssize(actions))
    throw DataError(fmt::format("the state is at action {}, the program has {} to {}",
                                cursor.action, first, first + std::ssize(actions)),
                    "it belongs to another run");
  return number == std::ssize(actions) ? nullptr : actions[static_cast<std::size_t>(number)].get();
}

}  // namespace stockpot::engine
