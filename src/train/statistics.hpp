// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "train/step_engine.hpp"

namespace stockpot::train {

/// Give the running statistics of `weights` (batch normalisation) anew: their plain mean over
/// `batches` training batches, drawn as an epoch is, with training's augmentation. A model without
/// statistics is left as it is, at no cost. For weights that no training step made, such as
/// averages (methods.md 3.14).
///
/// batches  0: one pass over the training set
/// The result has the same bits for every number of ranks; the caller accounts for the cost.
/// collective over `task.group`
void reestimate_statistics(const Task& task, model::Weights& weights, std::int64_t batches = 0);

/// What that costs for a model that has statistics, over all ranks.
/// collective over nobody; batches as above
Work statistics_work(const data::Split& split, const config::RunConfig& config,
                     std::int64_t batches, const FlopMeter& meter);

}  // namespace stockpot::train
