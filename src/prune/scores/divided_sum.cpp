// SPDX-License-Identifier: Apache-2.0
#include "prune/scores/divided_sum.hpp"

#include <ATen/ops/from_blob.h>

#include <span>

#include "comm/tree_sum.hpp"

namespace stockpot::prune {
namespace {

using Batches = std::span<const std::vector<std::int64_t>>;

/// Adds what the samples of part `part` of each batch give, one batch after the other.
void add_parts(const ScoreInputs& inputs, Batches batches, int part, int parts,
               const AddPart& add) {
  const auto& dataset = *inputs.task.splits.train.dataset;
  data::Batch filled;
  inputs.gradients.clear();
  for (const auto& batch : batches) {
    const auto own = train::part_of(batch, part, parts);
    if (own.empty()) continue;
    dataset.fill(own, {}, filled);
    add(filled);
  }
}

at::Tensor prunable_part(const ScoreInputs& inputs) {
  return inputs.gradients.values().narrow(0, 0, inputs.weights.layout().prunable());
}

at::Tensor view_of(std::span<float> numbers) {
  return at::from_blob(numbers.data(), {static_cast<std::int64_t>(numbers.size())}, at::kFloat);
}

void sum_in_tree(const ScoreInputs& inputs, Batches batches, const AddPart& add) {
  const int shards = static_cast<int>(inputs.task.config.dist.shards), ranks = inputs.group.size();
  const auto sum = prunable_part(inputs);
  std::vector<float> total(static_cast<std::size_t>(sum.numel()));
  std::vector<std::vector<float>> scratch;
  comm::tree_sum(
      inputs.group, shards, [&](int shard) { return comm::block_owner(shard, shards, ranks); },
      [&](int shard, std::span<float> out) {
        add_parts(inputs, batches, shard, shards, add);
        view_of(out).copy_(sum);
      },
      total, scratch);
  sum.copy_(view_of(total));
}

void sum_fast(const ScoreInputs& inputs, Batches batches, const AddPart& add) {
  add_parts(inputs, batches, inputs.group.rank(), inputs.group.size(), add);
  if (inputs.group.size() == 1) return;
  const auto sum = prunable_part(inputs);
  const auto host = sum.to(at::kCPU);  // itself where it is there already
  inputs.group.sum(std::span(host.data_ptr<float>(), static_cast<std::size_t>(host.numel())));
  if (!host.is_same(sum)) sum.copy_(host);
}

void sum(const ScoreInputs& inputs, Batches batches, const AddPart& add) {
  if (train::reduction_of(inputs.task.config.dist) == train::Reduction::fixed)
    sum_in_tree(inputs, batches, add);
  else
    sum_fast(inputs, batches, add);
}

}  // namespace

void sum_divided(const ScoreInputs& inputs, const ScoreBatches& batches, const AddPart& add) {
  sum(inputs, batches, add);
}

void sum_divided(const ScoreInputs& inputs, const std::vector<std::int64_t>& batch,
                 const AddPart& add) {
  sum(inputs, {&batch, 1}, add);
}

}  // namespace stockpot::prune
