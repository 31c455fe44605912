// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "comm/group.hpp"
#include "train/flops.hpp"
#include "train/forward_batches.hpp"
#include "train/metrics.hpp"

namespace stockpot::train {

/// Predictions of the network for all of `split`, the same bits on every rank and for every number
/// of ranks: fixed batches, dealt to the ranks in turn, gathered and summed in their order.
/// collective over `group`
Predictions predict(const Network& network, const data::Split& split, const comm::Group& group);

/// The same of logits that are made from what the network says about a batch, such as the mean of
/// several networks'.
/// collective over `group`
Predictions predict(const Network& network, const data::Split& split, const comm::Group& group,
                    const std::function<at::Tensor(const BatchOutput&)>& logits_of);

/// Scores of `predict`.
struct Evaluation {
  double loss = 0;
  Scores scores;
};

/// data_name  says which metric is the primary one
/// collective over `group`
Evaluation evaluate(const Network& network, const data::Split& split, const comm::Group& group,
                    const std::string& data_name);

/// What an evaluation of `split` costs under the mask of `meter`, over all ranks.
Work evaluation_work(const data::Split& split, const FlopMeter& meter);

}  // namespace stockpot::train
