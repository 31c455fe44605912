// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "kernels/adamw.hpp"

// The vector loops behind masked_adamw and its kin, dispatched at run time. Those with `kept` run
// over blocks of 64 elements, one mask word each that says which of them count.
namespace stockpot::kernels {

/// The factors of one step as the loop uses them.
struct AdamWFactors {
  float decay;  ///< 1 - lr wd
  float rate;   ///< lr / (1 - b1^n)
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float root;  ///< sqrt(1 - b2^n)
  float eps;
  float gradient_scale;
};

AdamWFactors factors_of(const AdamWStep& step);

/// The arrays of a step: the moments of the kept weights, and the weights and gradients of all or
/// of the kept ones.
struct AdamWArrays {
  float* w;
  const float* g;
  float* m;
  float* v;
};

/// Update `count` kept weights, element i of every array belongs to the same one. w and g are read
/// and w is written up to kPackedSlack elements beyond, m and v are not.
void adamw_elements(const AdamWArrays& arrays, std::size_t count, const AdamWFactors& factors);

/// Sum of squares of the kept among 64 * kept.size() elements: 32 lanes of fp64, lane i % 32, added
/// as a tree.
double squared_norm_of_blocks(const float* g, std::span<const std::uint64_t> kept);

/// Set the pruned among 64 * kept.size() elements to 0.
void zero_pruned_blocks(float* values, std::span<const std::uint64_t> kept);

}  // namespace stockpot::kernels
