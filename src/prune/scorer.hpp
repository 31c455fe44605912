// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/cost.hpp"
#include "prune/described.hpp"
#include "prune/select.hpp"
#include "train/optimizer.hpp"
#include "train/step_engine.hpp"

namespace stockpot::prune {

/// What a scorer may look at: the network that is judged, the main one or a denoiser's.
struct ScoreInputs {
  const train::Task& task;
  const comm::Group& group;  ///< who makes the score together: all ranks for the main network, this
                             ///< rank alone for a denoiser's
  const model::Weights& weights;
  const train::Moments& moments;  ///< of the training that led to the weights
  const train::PlacedMask& mask;
  model::Gradients& gradients;  ///< of these weights: room for the scorer's own; overwritten
  std::int64_t round = 0;
};

/// What the cost of a score follows from.
struct ScoreCosts {
  const config::RunConfig& config;
  const data::Split& train;
  const train::FlopMeter& meter;
  std::int64_t round = 0;
};

/// Says how much each prunable weight matters.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// Keys [P] where the weights live: a view of them or of the gradients, or memory of the scorer's
  /// own that the next call overwrites. Equal on all ranks when the inputs are; one that looks at
  /// data gives the same bits for every number of ranks under dist.reduction = fixed.
  /// throws  DataError where the data has not the samples that the score is made on
  /// collective over the group of the inputs
  virtual Keys score(const ScoreInputs& inputs) = 0;

  /// Passes through the network that one score takes, exactly; steps are batches. Not collective.
  virtual Work cost(const ScoreCosts& /*costs*/) const { return {}; }

  /// See that the training set holds what the score is made on.
  /// contents  false: its samples are counted, but their labels are not known
  /// throws ConfigError, DataError
  virtual void check(const config::RunConfig& /*config*/, const data::Split& /*train*/,
                     bool /*contents*/) const {}
};

/// |w|: what the paper prunes by.
std::unique_ptr<Scorer> make_magnitude();

/// A uniform random number per weight, keyed by (seed, round, weight): one global draw, not one per
/// layer (methods.md 2.2, 3.6).
std::unique_ptr<Scorer> make_random();

/// SNIP: |w dL/dw| on training batches (scores/snip.cpp).
std::unique_ptr<Scorer> make_snip();

/// GraSP: -w (H g) of a softened loss on a balanced batch; the largest go (scores/grasp.cpp).
std::unique_ptr<Scorer> make_grasp();

/// The scorer named in `prune.score`; the table is at the top of scorer.cpp.
std::unique_ptr<Scorer> make_scorer(const std::string& name);

/// All of them, in the order of the table.
std::vector<Described> described_scores();

/// See that keys can rank the weights that `mask` keeps.
/// throws  NotFiniteError where one is not finite, DataError where all are equal
void check_keys(const Keys& keys, const mask::Mask& mask, const std::string& score);

}  // namespace stockpot::prune
