// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "comm/watchdog.hpp"
#include "engine/observer.hpp"

namespace stockpot::jobs {

/// Shows what an observer is shown, and tells a watchdog how the run moves.
class Watched final : public engine::Observer {
 public:
  /// observer  may be null; both outlive this
  Watched(comm::Watchdog& dog, engine::Observer* observer) : dog_(dog), observer_(observer) {}

  void step_ended(const engine::RunState& state) override {
    dog_.step_ended();
    meet([&] { observer_->step_ended(state); });
  }
  void part_ended(const engine::RunState& state) override {
    meet([&] { observer_->part_ended(state); });
  }
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    meet([&] { observer_->action_ended(state, action); });
  }
  void look_ahead_step_ended(const engine::RunState& state) override {
    dog_.step_ended();
    if (observer_) observer_->look_ahead_step_ended(state);
  }
  void evaluation_begins() override { evaluation_.emplace(dog_, comm::Stage::evaluation); }
  void evaluation_ended() override { evaluation_.reset(); }

 private:
  /// Where all ranks meet, checkpoints are made.
  template <typename Work>
  void meet(const Work& work) {
    if (!observer_) return;
    const comm::Watchdog::At at(dog_, comm::Stage::save);
    work();
  }

  comm::Watchdog& dog_;
  engine::Observer* observer_;
  std::optional<comm::Watchdog::At> evaluation_;
};

}  // namespace stockpot::jobs
