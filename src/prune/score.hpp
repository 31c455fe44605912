// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/context.hpp"

namespace stockpot::prune {

/// What a score may look at.
struct ScoreInputs {
  const train::Context& context;
  const model::Arena& arena;  ///< the weights that are judged: the main network's or a denoiser's
  std::int64_t round = 0;
};

/// How much each prunable weight matters: [P] finite values of which the absolute value ranks, on
/// the host.
///
/// The result is a view of the arena where the score is the weights themselves, else of `scratch`.
/// Equal on all ranks when the inputs are.
using Score = std::span<const float> (*)(const ScoreInputs& inputs, std::vector<float>& scratch);

/// |w|: what the paper prunes by.
std::span<const float> magnitude(const ScoreInputs& inputs, std::vector<float>& scratch);

/// A uniform random number per weight, keyed by (seed, round, weight): one global draw, not one per
/// layer (methods.md 2.2, 3.6).
std::span<const float> random(const ScoreInputs& inputs, std::vector<float>& scratch);

/// The score named in `prune.score`; the table is at the top of score.cpp.
Score score_by_name(const std::string& name);

}  // namespace stockpot::prune
