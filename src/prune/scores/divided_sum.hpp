// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "prune/scorer.hpp"
#include "prune/scores/score_samples.hpp"

namespace stockpot::prune {

/// Adds what a part of the samples gives to the gradients of the inputs.
using AddPart = std::function<void(const data::Batch& part)>;

/// Set the gradients of the inputs [0, P) to the sum of what `add` gives for all samples of
/// `batches`, divided over the ranks of the inputs' group as training divides a batch: under
/// `fixed` in a fixed tree, the same bits for every number of ranks. The parts are not augmented.
/// memory      none under `fast` on the CPU; under `fixed` the tree's buffers of P numbers
/// collective over the inputs' group
void sum_divided(const ScoreInputs& inputs, const ScoreBatches& batches, const AddPart& add);

/// The same of one batch.
void sum_divided(const ScoreInputs& inputs, const std::vector<std::int64_t>& batch,
                 const AddPart& add);

}  // namespace stockpot::prune
