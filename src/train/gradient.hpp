// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "train/forward_batches.hpp"
#include "train/loss.hpp"

namespace stockpot::train {

/// Add to `gradients`, which are those of the network's weights, the gradient of `scale` times the
/// summed loss of `batch`, the loss itself, and the statistics of the batch, weighed by its share
/// of the samples. Not collective.
///
/// shape    of the data set that the batch is from
/// scale    1/B makes it the mean loss of a global batch B
/// dropout  of this batch; null: nothing is dropped
void add_gradient(const Network& network, const Loss& loss, const data::Batch& batch,
                  const data::DataShape& shape, double scale, model::Gradients& gradients,
                  const model::Dropout* dropout = nullptr);

}  // namespace stockpot::train
