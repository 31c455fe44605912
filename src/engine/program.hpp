// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "engine/action.hpp"

namespace stockpot::engine {

/// What a run does, one action after the other: a method.
class Program {
 public:
  virtual ~Program() = default;

  /// The action that comes where `cursor` stands: a function of nothing else, so that a run which
  /// was interrupted in an action is given the same one again. nullptr at the end.
  /// throws  DataError where the cursor lies behind the end
  virtual const Action* next(const Cursor& cursor) const = 0;
};

/// A program whose actions are all known before the first. An action may choose a branch
/// (`cursor.branch`), by what it finds in the state: then the branch's actions come instead of the
/// rest of the list. So what was found is one number of the cursor, and `next` asks for no more.
///
/// Example:
///     ListProgram program;
///     program.add(std::make_unique<Evaluate>(false));  // action 0, which may choose branch 1
///     program.begin_branch(1);
///     program.add(std::make_unique<Evaluate>(true));  // action 1 of a run that did
///     program.end_branch();
///     EXPECT_EQ(program.next({.action = 1}), nullptr);
///     EXPECT_NE(program.next({.action = 1, .branch = 1}), nullptr);
class ListProgram final : public Program {
 public:
  ListProgram() { branches_[0] = {}; }

  void add(std::unique_ptr<const Action> action);

  /// What is added from now on comes where the action that was added last chose `branch` (>= 1,
  /// each once). Branches do not branch.
  void begin_branch(std::int64_t branch);
  void end_branch() { adding_to_ = 0; }

  const Action* next(const Cursor& cursor) const override;

 private:
  /// Actions in a row, and which number in the run the first one has.
  struct Branch {
    std::int64_t first = 0;
    std::vector<std::unique_ptr<const Action>> actions = {};
  };
  std::map<std::int64_t, Branch> branches_;
  std::int64_t adding_to_ = 0;
};

}  // namespace stockpot::engine
