// SPDX-License-Identifier: Apache-2.0
// Batch b on the rank that owns leaf b of a fixed tree: forward in training mode, its statistics
// weighed by 1 / batches; the tree's sum, the same for every number of ranks, is taken over with
// momentum 1.
#include "train/statistics.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>

#include "comm/tree_sum.hpp"
#include "data/batch_order.hpp"
#include "model/batch_norm.hpp"
#include "train/gradient.hpp"
#include "train/precision.hpp"

namespace stockpot::train {

void reestimate_statistics(const Context& context, model::Arena& arena, std::int64_t batches) {
  const auto begin = arena.layout().trained(), size = arena.layout().tracked() - begin;
  if (size == 0) return;
  const at::NoGradGuard no_grad;
  const auto& train = context.splits.train;
  const auto& config = context.config;
  const auto order = data::make_batch_order(train, config.train.batch, config.seed);
  if (batches == 0) batches = std::max<std::int64_t>(1, train.size() / config.train.batch);
  const auto slots = arena.gradients().narrow(0, begin, size);
  std::vector<float> total(static_cast<std::size_t>(size));
  std::vector<std::vector<float>> scratch;
  std::vector<std::int64_t> indices;
  data::Batch batch;
  comm::tree_sum(
      context.comm, static_cast<int>(batches),
      [&](int b) { return comm::block_owner(b, static_cast<int>(batches), context.comm.size()); },
      [&](int b, std::span<float> out) {
        clear_gradient(arena);
        order->batch(b, indices);
        train.dataset->fill(
            indices,
            {.enabled = true, .seed = config.seed, .epoch = order->epoch_of(b), .denoiser = 0},
            batch);
        const PrecisionScope scope(config.train.precision, context.device.type());
        context.model.forward(arena,
                              model::to_inputs(batch, train.dataset->shape(), context.device),
                              {.training = true, .share = 1.0 / static_cast<double>(batches)});
        at::from_blob(out.data(), {size}, at::kFloat).copy_(slots);
      },
      total, scratch);
  slots.copy_(at::from_blob(total.data(), {size}, at::kFloat));
  model::move_statistics(arena, 1.0);
  clear_gradient(arena);
}

}  // namespace stockpot::train
