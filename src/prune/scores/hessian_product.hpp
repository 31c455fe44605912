// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include "model/weights.hpp"

namespace stockpot::prune {

/// Add H v to the gradients of `weights`, H the second derivatives of `loss` (a scalar, whose graph
/// is used up; made under model::TwiceDifferentiable) by the prunable weights; those of the other
/// trained weights get what they get.
///
/// direction  v [P], where the weights live
/// memory     the graph; the first derivatives are not held together, each is used up where it
///            arises
void add_hessian_product(const model::Weights& weights, const at::Tensor& loss,
                         const at::Tensor& direction);

}  // namespace stockpot::prune
