// SPDX-License-Identifier: Apache-2.0
#include "train/gradient.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/mse_loss.h>

#include "train/precision.hpp"

namespace stockpot::train {

void add_gradient(const model::Model& model, model::Arena& arena, const data::Batch& batch,
                  const data::DataShape& shape, double scale, const std::string& precision) {
  const auto inputs = model::to_inputs(batch, shape, arena.device());
  at::Tensor logits;
  {
    const PrecisionScope scope(precision, arena.device().type());
    logits = model.forward(arena, inputs,
                           {.training = true, .share = scale * static_cast<double>(batch.size)});
  }
  const auto summed = inputs.labels.defined()
                          ? at::cross_entropy_loss(logits, inputs.labels, {}, at::Reduction::Sum)
                          : at::mse_loss(logits.view({-1}), inputs.targets, at::Reduction::Sum);
  const auto loss = summed * scale;
  loss.backward();
  const at::NoGradGuard no_grad;
  arena.gradients().select(0, arena.layout().tracked()).add_(loss.detach());
}

void clear_gradient(model::Arena& arena) { arena.gradients().zero_(); }

double loss_of(const model::Arena& arena) {
  return arena.gradients().select(0, arena.layout().tracked()).item().toDouble();
}

}  // namespace stockpot::train
