// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "mask/mask.hpp"
#include "train/context.hpp"
#include "train/metrics.hpp"

namespace stockpot::train {

/// Predictions of the network for all of `split`, the same bits on every rank and for every number
/// of ranks: fixed batches, dealt to the ranks in turn, gathered and summed in their order.
/// collective over `context.comm`
Predictions predict(const Context& context, const model::Arena& arena, const mask::Mask& mask,
                    const data::Split& split);

/// Scores of `predict`.
/// collective over `context.comm`
struct Evaluation {
  double loss = 0;
  Scores scores;
};
Evaluation evaluate(const Context& context, const model::Arena& arena, const mask::Mask& mask,
                    const data::Split& split);

}  // namespace stockpot::train
