// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace stockpot::model {

/// Appends the four leaves of a batch normalisation, PyTorch's names behind `prefix`; returns the
/// number of the first.
std::size_t add_batch_norm(std::vector<Leaf>& leaves, std::int64_t channels,
                           const std::string& prefix);

/// Normalise x [B, C, H, W], per channel.
///
/// Evaluation: by the running statistics. Training: by the statistics of x, which are also added,
/// times `pass.share`, to the slots of the running ones in the gradients: the gradient's
/// reduction makes of them the step's mean over ranks and shards, in its own order, and
/// move_statistics() takes it over. So every rank normalises by its own part of the batch (as
/// PyTorch's data parallel does; dist.reduction fixed: every shard by itself), and the running
/// statistics are equal on all ranks. source: Ioffe and Szegedy, ICML 2015; eps 1e-5 and the
/// unbiased running variance as in PyTorch
at::Tensor batch_norm(const Weights& weights, std::size_t first, const at::Tensor& x,
                      const Pass& pass);

/// source: PyTorch's default
constexpr double kStatisticsMomentum = 0.1;

/// Running statistics += momentum * (those of this step - running statistics). Nothing to do for
/// models without them.
void move_statistics(Weights& weights, const Gradients& gradients, double momentum);

}  // namespace stockpot::model
