// SPDX-License-Identifier: Apache-2.0
#pragma once
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

/// A program whose actions are all known before the first.
class ListProgram final : public Program {
 public:
  void add(std::unique_ptr<const Action> action) { actions_.push_back(std::move(action)); }
  const Action* next(const Cursor& cursor) const override;

 private:
  std::vector<std::unique_ptr<const Action>> actions_;
};

}  // namespace stockpot::engine
