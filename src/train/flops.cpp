// SPDX-License-Identifier: Apache-2.0
#include "train/flops.hpp"

namespace stockpot::train {

FlopMeter::FlopMeter(const model::Model& model, const mask::Mask& mask) : model_(model) {
  for (const auto& leaf : model.layout()->leaves()) {
    if (leaf.role != model::Role::prunable) continue;
    size_.push_back(static_cast<double>(leaf.size()));
    kept_.push_back(static_cast<double>(mask.kept_in(leaf.offset, leaf.offset + leaf.size())));
  }
}

void FlopMeter::add(const data::Batch& batch, double passes, PhaseCost& cost) const {
  const auto forward = model_.forward_cost(batch);
  double executed = forward.other_flops, theoretical = forward.other_flops;
  for (std::size_t i = 0; i < size_.size(); ++i) {
    executed += 2.0 * forward.positions[i] * size_[i];
    theoretical += 2.0 * forward.positions[i] * kept_[i];
  }
  cost.samples += batch.size;
  cost.flops_executed += passes * executed;
  cost.flops_theoretical += passes * theoretical;
}

}  // namespace stockpot::train
