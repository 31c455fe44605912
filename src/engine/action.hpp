// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/run_state.hpp"

namespace stockpot::engine {

class Engine;
class Forecast;

/// One thing that a run does. Immutable; a program owns it.
///
/// It executes, foresees what executing it will come to, and says what it is: so a plan prints the
/// very actions that a run executes.
class Action {
 public:
  virtual ~Action() = default;

  /// Do it to `state`, from where `state.cursor.done` says that it was left.
  /// collective over the engine's group
  virtual void execute(Engine& engine, RunState& state) const = 0;

  /// Move the cursor of `forecast` as execute would, and book what it will cost.
  virtual void foresee(Forecast& forecast) const = 0;

  /// In a few words, such as `train 12 steps`.
  virtual std::string describe() const = 0;
};

}  // namespace stockpot::engine
