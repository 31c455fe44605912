// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "prune/denoise.hpp"

namespace stockpot::prune {

/// Runs the denoisers that this rank owns, one after the other, in one copy of the weights.
class LookAhead {
 public:
  /// state  what every denoiser starts from; read only
  LookAhead(const train::Context& context, const train::TrainState& state, std::int64_t round,
            Score score);

  /// Train denoiser n for C steps; returns its scores [P], valid until the next call. Fills lr,
  /// decay, steps and losses of `row`. Not collective. throws NotFiniteError
  std::span<const float> run(std::int64_t denoiser, io::DenoiserRow& row);

  /// What all calls of `run` on this rank have cost.
  const PhaseCost& cost() const { return cost_; }

 private:
  const train::Context& context_;
  const train::TrainState& state_;
  std::int64_t round_;
  Score score_;
  model::Arena copy_;
  train::Optimizer optimizer_;
  train::FlopMeter meter_;
  data::Batch batch_;
  std::vector<float> scratch_;
  PhaseCost cost_;
};

}  // namespace stockpot::prune
