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

namespace stockpot::train {

namespace {

std::int64_t all_batches(const data::Split& split, const config::RunConfig& config,
                         std::int64_t batches) {
  if (batches != 0) return batches;
  return std::max<std::int64_t>(1, split.size() / config.train.batch);
}

}  // namespace

Work statistics_work(const data::Split& split, const config::RunConfig& config,
                     std::int64_t batches, const FlopMeter& meter) {
  const auto order = data::make_batch_order(split, config.train.batch, config.seed);
  std::vector<std::int64_t> indices;
  Work work;
  for (std::int64_t b = 0; b < all_batches(split, config, batches); ++b) {
    order->batch(b, indices);
    work += meter.forward(data::shape_of(*split.dataset, indices));
  }
  return work;
}

void reestimate_statistics(const Task& task, model::Weights& weights, std::int64_t batches) {
  const auto begin = weights.layout().trained(), size = weights.layout().tracked() - begin;
  if (size == 0) return;
  const at::NoGradGuard no_grad;
  const auto& config = task.config;
  const auto order = data::make_batch_order(task.splits.train, config.train.batch, config.seed);
  batches = all_batches(task.splits.train, config, batches);
  StepEngine steps(task, Reduction::alone);
  model::Gradients gradients(weights);
  const auto slots = gradients.values().narrow(0, begin, size);
  std::vector<float> total(static_cast<std::size_t>(size));
  std::vector<std::vector<float>> scratch;
  std::vector<std::int64_t> indices;
  const int leaves = static_cast<int>(batches);
  comm::tree_sum(
      task.group, leaves, [&](int b) { return comm::block_owner(b, leaves, task.group.size()); },
      [&](int b, std::span<float> out) {
        order->batch(b, indices);
        const data::Augmentation augmentation{
            .enabled = true, .seed = config.seed, .epoch = order->epoch_of(b), .denoiser = 0};
        steps.statistics(weights, gradients, {indices, augmentation},
                         1.0 / static_cast<double>(batches));
        at::from_blob(out.data(), {size}, at::kFloat).copy_(slots);
      },
      total, scratch);
  slots.copy_(at::from_blob(total.data(), {size}, at::kFloat));
  model::move_statistics(weights, gradients, 1.0);
}

}  // namespace stockpot::train
