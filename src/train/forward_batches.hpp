// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "comm/group.hpp"
#include "data/dataset.hpp"
#include "model/model.hpp"
#include "train/precision.hpp"

namespace stockpot::train {

/// A network as it is asked: description, values (on their device), number format of its matrix
/// products.
struct Network {
  const model::Model& model;
  const model::Weights& weights;
  Precision precision;
};

/// What a network says about one batch of a split.
struct BatchOutput {
  std::size_t number = 0;                   ///< of the batch
  std::span<const std::int64_t> positions;  ///< its samples, as positions in the split
  const data::Batch& batch;
  const model::Inputs& inputs;
  at::Tensor features, logits;  ///< [B, F] as the head sees them, [B, K] fp32
};

/// Batches of forward passes over `split`: of a fixed size, which is part of the bits of a result
/// and never derived from the number of ranks.
std::size_t count_batches(const data::Split& split);

/// Shapes of all of them, in their order: what an evaluation of `split` costs, on all ranks
/// together.
std::vector<data::BatchShape> batch_shapes(const data::Split& split);

/// Show `split` to the network in evaluation form, batch by batch, and `visit` what it says about
/// those of this rank: batches are dealt to the ranks in turn. Not collective; equal bits for every
/// number of ranks.
void forward_batches(const Network& network, const data::Split& split, const comm::Group& group,
                     const std::function<void(const BatchOutput&)>& visit);

}  // namespace stockpot::train
