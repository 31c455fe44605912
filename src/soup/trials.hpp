// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "engine/engine.hpp"
#include "soup/mix.hpp"
#include "soup/validation.hpp"

namespace stockpot::soup {

/// Makes mixtures, prunes them, estimates their statistics anew, and scores them on validation.
class Trials {
 public:
  Trials(engine::Engine& engine, const Recipe& recipe, const MixOptions& options);

  /// soup <- (1 - share) soup + share x, pruned again where the recipe prunes during. Returns the
  /// mask of what it became. Not collective.
  train::SharedMask mix(const model::Weights& soup, const train::SharedMask& soup_mask,
                        const Masked& x, double share) const;

  /// Prune to the target's count by magnitude, whatever was pruned before. Not collective.
  train::SharedMask prune(const model::Weights& soup) const;

  /// Estimate running statistics anew, on all ranks; what it costs is added to `work` on rank 0.
  /// collective over the engine's group
  void refresh(model::Weights& weights, const train::SharedMask& mask, Work& work) const;

  /// Scores on validation; NaN where there are no samples. What they cost is added on rank 0.
  /// collective over the engine's group
  engine::Validation score(const Masked& weights, Work& work) const;

  /// Scores of the mixtures of `soup` and `x` with each of `shares`. What they cost is added to the
  /// `work` of the ranks that made them.
  /// collective over the engine's group
  std::vector<engine::Validation> score_all(const Masked& soup, const Masked& x,
                                            std::span<const double> shares, Work& work);

  /// Give back the memory of mixtures; the next trial takes it again.
  void release() { trial_.reset(); }

 private:
  /// One mixture, by `group`.
  engine::Validation try_share(const Masked& soup, const Masked& x, double share,
                               const comm::Group& group, Work& work);
  void refresh(model::Weights& weights, const train::SharedMask& mask, const comm::Group& group,
               Work& work) const;
  engine::Validation score(const Masked& weights, const comm::Group& group, Work& work) const;

  engine::Engine& engine_;
  const Recipe& recipe_;
  const MixOptions& options_;
  comm::Group alone_;
  std::optional<model::Weights> trial_;
};

}  // namespace stockpot::soup
