// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "core/cost.hpp"
#include "prune/select.hpp"
#include "train/optimizer.hpp"
#include "train/step_engine.hpp"

namespace stockpot::prune {

/// What a scorer may look at: the network that is judged, the main one or a denoiser's.
struct ScoreInputs {
  const train::Task& task;
  const model::Weights& weights;
  const train::Moments& moments;  ///< of the training that led to the weights
  const train::PlacedMask& mask;
  train::StepEngine& steps;     ///< for gradients of own batches: over all ranks for the main
                                ///< network, on this rank alone for a denoiser's
  model::Gradients& gradients;  ///< room for them; overwritten
  std::int64_t round = 0;
};

/// Says how much each prunable weight matters.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// Keys [P] where the weights live: a view of them, or memory of the scorer's own that the next
  /// call overwrites. Equal on all ranks when the inputs are.
  /// work  passes through the network that it took are added
  virtual Keys score(const ScoreInputs& inputs, Work& work) = 0;
};

/// |w|: what the paper prunes by.
std::unique_ptr<Scorer> make_magnitude();

/// A uniform random number per weight, keyed by (seed, round, weight): one global draw, not one per
/// layer (methods.md 2.2, 3.6).
std::unique_ptr<Scorer> make_random();

/// The scorer named in `prune.score`; the table is at the top of scorer.cpp.
std::unique_ptr<Scorer> make_scorer(const std::string& name);

}  // namespace stockpot::prune
