// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"
#include "engine/side_training.hpp"
#include "prune/scorer.hpp"

namespace stockpot::prune {

/// How denoiser n of a round trains, drawn from (seed, round, n).
struct Protocol {
  double lr = 0;            ///< base * 10^u, u uniform in +- isp.lr_decades
  double weight_decay = 0;  ///< one of 0, train.weight_decay / 10, train.weight_decay; or the last
                            ///< where isp.vary_decay is off
};

/// base_lr  train.lr, or where the main network's line is (isp.look_ahead_lr)
/// source: methods.md 3.3 (the paper says "learning rate, weight decay, etc." and gives no values)
Protocol draw_protocol(const config::RunConfig& config, double base_lr, std::int64_t round,
                       std::int64_t denoiser);

/// Trains the denoisers of a round that this rank has, one after the other, in one copy of the
/// weights. Each depends on (seed, round, n, state) only and leaves no trace on the state.
class Denoiser {
 public:
  /// state  what every denoiser starts from; read only
  Denoiser(engine::Engine& engine, const engine::RunState& state, std::int64_t round,
           Scorer& scorer);

  /// Train denoiser n, at a constant rate or on a line of its own, and score what it became; the
  /// keys are valid until the next call.
  ///
  /// row   lr, decay, steps and losses are filled
  /// work  what its steps cost is added
  /// Not collective. throws NotFiniteError
  Keys run(std::int64_t n, io::DenoiserRow& row, Work& work);

 private:
  engine::Engine& engine_;
  const engine::RunState& state_;
  std::int64_t round_;
  Scorer& scorer_;
  comm::Group alone_;
  engine::SideTraining training_;
};

}  // namespace stockpot::prune
