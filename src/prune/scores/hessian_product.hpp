// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include "model/weights.hpp"

namespace stockpot::prune {

/// While it lives, forward passes are made of operations that have a second derivative: LibTorch's
/// fused attention has none. One at a time.
class TwiceDifferentiable {
 public:
  TwiceDifferentiable();
  ~TwiceDifferentiable();
  TwiceDifferentiable(const TwiceDifferentiable&) = delete;
  TwiceDifferentiable& operator=(const TwiceDifferentiable&) = delete;

 private:
  bool flash_, memory_efficient_, cudnn_;
};

/// Add H v to the gradients of `weights`, H the second derivatives of `loss` (a scalar, whose graph
/// is used up) by the prunable weights; those of the other trained weights get what they get.
///
/// direction  v [P], where the weights live
/// memory     the graph; the first derivatives are not held together, each is used up where it
///            arises
void add_hessian_product(const model::Weights& weights, const at::Tensor& loss,
                         const at::Tensor& direction);

}  // namespace stockpot::prune
