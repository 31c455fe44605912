// SPDX-License-Identifier: Apache-2.0
// Products of activations and weights: the layers that hold nearly all weights of a network.
#pragma once
#include <ATen/core/Tensor.h>

namespace stockpot::model {

/// y = x w^T + b.
/// x  [..., in];  w  [out, in];  b  [out], or undefined
at::Tensor affine(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b = {});

/// y = x * w + b, with as many zeros around x on all four sides as `padding` says.
/// x  [N, in, H, W];  w  [out, in, k, k];  b  [out], or undefined
at::Tensor convolve(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b,
                    std::int64_t stride, std::int64_t padding);

/// While it lives, forward passes can be differentiated twice: LibTorch's fused attention cannot.
/// And what a second backward pass finds for a weight by way of the first goes to the weight's
/// gradient at once; LibTorch would hold it, a copy of all weights in the end, until the pass comes
/// to the layer itself. One at a time; for weights that have gradients (model::Gradients).
class TwiceDifferentiable {
 public:
  TwiceDifferentiable();
  ~TwiceDifferentiable();
  TwiceDifferentiable(const TwiceDifferentiable&) = delete;
  TwiceDifferentiable& operator=(const TwiceDifferentiable&) = delete;

 private:
  bool flash_, memory_efficient_, cudnn_;
};

}  // namespace stockpot::model
