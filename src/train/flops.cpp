// SPDX-License-Identifier: Apache-2.0
#include "train/flops.hpp"

namespace stockpot::train {
namespace {

constexpr std::int64_t kTrainingPasses = 3;

}  // namespace

FlopMeter::FlopMeter(const model::Model& model, const mask::Mask& mask) : model_(&model) {
  for (const auto& leaf : model.layout()->leaves()) {
    if (leaf.role != model::Role::prunable) continue;
    size_.push_back(leaf.size());
    kept_.push_back(mask.kept_in(leaf.offset, leaf.offset + leaf.size()));
  }
}

FlopMeter::FlopMeter(const model::Model& model, std::int64_t kept) : model_(&model) {
  const auto prunable = model.layout()->prunable();
  for (const auto& leaf : model.layout()->leaves()) {
    if (leaf.role != model::Role::prunable) continue;
    size_.push_back(leaf.size());
    kept_.push_back(
        static_cast<std::int64_t>(static_cast<__int128>(leaf.size()) * kept / prunable));
  }
}

Work FlopMeter::forward(const data::BatchShape& batch) const {
  const auto cost = model_->forward_cost(batch);
  Work work{.samples = batch.samples,
            .flops_executed = cost.other_flops,
            .flops_theoretical = cost.other_flops};
  for (std::size_t i = 0; i < size_.size(); ++i) {
    work.flops_executed += 2 * cost.positions[i] * size_[i];
    work.flops_theoretical += 2 * cost.positions[i] * kept_[i];
  }
  return work;
}

Work FlopMeter::training(const data::BatchShape& batch) const {
  auto work = kTrainingPasses * forward(batch);
  work.samples = batch.samples;
  return work;
}

}  // namespace stockpot::train
