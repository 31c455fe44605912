// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "model/model.hpp"

namespace stockpot::train {

/// Add the gradient of `scale` times the summed loss of `batch` to the arena's gradients, the loss
/// itself to their last element, and the statistics of the batch, weighed by its share of the
/// samples, between them.
///
/// loss       cross entropy (labels) or squared error (targets), summed over samples; scale 1/B
/// makes it the mean of a global batch B precision  fp32, or bf16: matrix products by autocast,
/// weights and gradients stay fp32
void add_gradient(const model::Model& model, model::Arena& arena, const data::Batch& batch,
                  const data::DataShape& shape, double scale, const std::string& precision);

/// Set all gradients and the loss to 0.
void clear_gradient(model::Arena& arena);

/// The loss that add_gradient left, on the host.
double loss_of(const model::Arena& arena);

}  // namespace stockpot::train
