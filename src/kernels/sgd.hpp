// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "kernels/packing.hpp"

namespace stockpot::kernels {

/// The numbers of one step of gradient descent with momentum (the formula of torch.optim.SGD
/// without dampening or Nesterov's form; source: Sutskever et al., ICML 2013).
struct SgdStep {
  double lr = 0;
  double weight_decay = 0;
  double momentum = 0.9;
  double gradient_scale = 1.0;  ///< multiplies the gradient first (clipping, averaging)
};

/// One optimizer step over the flat arena in one pass.
///
/// Kept weight:    m = momentum m + (g + wd w);  w -= lr m
/// Pruned weight:  w = 0, whatever g holds; it has no moment.
///
/// w, g  [n] fp32 each, n = packing.size; g is read only
/// m     [kept of n] fp32, packed (kernels/packing.hpp)
/// bits  equal for every number of threads and every vector width (element-wise, no fused
///       multiply-add)
/// throws LogicError where sizes do not fit
void masked_sgd(std::span<float> w, std::span<const float> g, std::span<float> m,
                const Packing& packing, const SgdStep& step, int threads = 1);

}  // namespace stockpot::kernels
