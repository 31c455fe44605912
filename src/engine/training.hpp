// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/action.hpp"

namespace stockpot::engine {

/// Take optimizer steps of the main network.
class Train final : public Action {
 public:
  Train(Phase phase, std::int64_t steps) : phase_(phase), steps_(steps) {}
  void execute(Engine& engine, RunState& state) const override;
  void foresee(Forecast& forecast) const override;
  std::string describe() const override;

 private:
  Phase phase_;
  std::int64_t steps_;
};

/// Score the main network on the validation split.
class Evaluate final : public Action {
 public:
  /// is_candidate  the weights are put aside as `best` where they beat all candidates before them;
  ///               among equals the first stays
  explicit Evaluate(bool is_candidate) : is_candidate_(is_candidate) {}
  void execute(Engine& engine, RunState& state) const override;
  void foresee(Forecast& forecast) const override;
  std::string describe() const override;

 private:
  bool is_candidate_;
};

/// Put the weights aside under a name.
class TakeSnapshot final : public Action {
 public:
  explicit TakeSnapshot(std::string name) : name_(std::move(name)) {}
  void execute(Engine& engine, RunState& state) const override;
  void foresee(Forecast&) const override {}
  std::string describe() const override;

 private:
  std::string name_;
};

/// Set parts of the state back; each is left alone where it is not named.
class Rewind final : public Action {
 public:
  struct Targets {
    std::optional<std::string> weights = {};  ///< to those of the snapshot, under the present mask
    std::optional<std::int64_t> position = {};    ///< in the data and on the line
    std::optional<std::int64_t> line_steps = {};  ///< length of the learning-rate line
    bool moments = false;                         ///< to zero, with their step count
  };
  explicit Rewind(Targets targets) : targets_(std::move(targets)) {}
  void execute(Engine& engine, RunState& state) const override;
  void foresee(Forecast& forecast) const override;
  std::string describe() const override;

 private:
  void move(Cursor& cursor) const;
  Targets targets_;
};

/// Report the weights that were best on validation instead of the last ones.
class TakeBest final : public Action {
 public:
  void execute(Engine& engine, RunState& state) const override;
  void foresee(Forecast&) const override {}
  std::string describe() const override;
};

}  // namespace stockpot::engine
