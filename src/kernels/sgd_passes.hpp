// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "kernels/sgd.hpp"

// The vector loop behind masked_sgd, dispatched at run time.
namespace stockpot::kernels {

/// The factors of one step as the loop uses them.
struct SgdFactors {
  float rate, weight_decay, momentum, gradient_scale;
};

SgdFactors factors_of(const SgdStep& step);

/// The arrays of a step: the moments of the kept weights, and the weights and gradients of all or
/// of the kept ones.
struct SgdArrays {
  float* w;
  const float* g;
  float* m;
};

/// Update `count` kept weights, element i of every array belongs to the same one. w and g are read
/// and w is written up to kPackedSlack elements beyond, m is not.
void sgd_elements(const SgdArrays& arrays, std::size_t count, const SgdFactors& factors);

}  // namespace stockpot::kernels
