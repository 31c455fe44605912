// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "core/cost.hpp"
#include "train/optimizer.hpp"
#include "train/step_engine.hpp"

namespace stockpot::engine {

/// A training beside the main network, on this rank alone: a copy of the weights with an optimizer
/// of its own, thrown away or kept by whoever made it. Its memory is used again by the next one.
/// Not collective.
class SideTraining {
 public:
  /// like  weights of the same layout and device; `task` outlives this
  SideTraining(const train::Task& task, const model::Weights& like);

  /// Begin at `from` under `mask`, with zero moments. `mask` stays valid until the next start.
  void start(const model::Weights& from, const train::PlacedMask& mask);

  /// One step; returns its loss.
  /// work    what it cost is added
  /// throws  NotFiniteError
  double step(const train::StepSamples& samples, const train::StepRates& rates,
              const train::FlopMeter& meter, Work& work);

  model::Weights& weights() { return weights_; }
  model::Gradients& gradients() { return gradients_; }
  const train::Moments& moments() const { return moments_; }

 private:
  train::StepEngine steps_;
  std::unique_ptr<const train::Optimizer> optimizer_;
  model::Weights weights_;
  model::Gradients gradients_;
  train::Moments moments_;
  const config::TrainConfig& config_;
  const train::PlacedMask* mask_ = nullptr;
};

}  // namespace stockpot::engine
