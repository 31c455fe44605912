#pragma once
#include <cstdint>
#include <span>

#include "kernels/adamw.hpp"

// The vector loops behind masked_adamw and its kin, dispatched at run time. They run over blocks of 64 elements, one mask word each;
// `kept` says for each block of the call which of its elements count.
namespace stockpot::kernels {

/// The factors of one step as the loop uses them.
struct AdamWFactors {
  float decay;            ///< 1 - lr wd
  float rate;             ///< lr / (1 - b1^n)
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float root;             ///< sqrt(1 - b2^n)
  float eps;
  float gradient_scale;
};

AdamWFactors factors_of(const AdamWStep& step);

/// Blocks whose squares are summed together: the order of the sum, and so its bits, hang on it.
constexpr std::size_t kChunkBlocks = 64;

/// The arrays of a step.
struct AdamWArrays {
  float* w;
  const float* g;
  float* m;
  float* v;
};

/// Update 64 * kept.size() elements.
void adamw_blocks(const AdamWArrays& arrays, std::span<const std::uint64_t> kept, const AdamWFactors& factors);

/// Sum of squares of the kept among 64 * kept.size() elements: 32 lanes of fp64, lane i % 32, added as a tree.
double squared_norm_of_blocks(const float* g, std::span<const std::uint64_t> kept);

/// Set the pruned among 64 * kept.size() elements to 0.
void zero_pruned_blocks(float* values, std::span<const std::uint64_t> kept);

}  // namespace stockpot::kernels
