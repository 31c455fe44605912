// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/run_state.hpp"
#include "train/task.hpp"

namespace stockpot::soup {

/// A set of weights and which of its prunable ones are not 0.
struct Masked {
  const model::Weights& weights;
  const train::SharedMask& mask;
};

/// Scores on the validation split, NaN where there is none; the same bits for every group.
/// work  the passes through the network are added, over all ranks of `group`; no step
/// collective over `group`
engine::Validation validate(const train::Task& task, const Masked& network,
                            const comm::Group& group, Work& work);

}  // namespace stockpot::soup
