// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "kernels/packing.hpp"

namespace stockpot::kernels {

/// The numbers of one AdamW step (Loshchilov & Hutter, ICLR 2019; the formula of
/// torch.optim.AdamW).
struct AdamWStep {
  double lr = 0;
  double weight_decay = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  std::int64_t step = 1;        ///< n >= 1, for the bias corrections 1 - beta^n
  double gradient_scale = 1.0;  ///< multiplies the gradient first (clipping, averaging)
};

/// One optimizer step over the flat arena in one pass.
///
/// Kept weight:    w *= 1 - lr wd;  m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  w -= lr (m /
/// (1-b1^n)) / (sqrt(v / (1-b2^n)) + eps) Pruned weight:  w = 0, whatever g holds; it has no
/// moments.
///
/// w, g  [n] fp32 each, n = packing.size; g is read only
/// m, v  [kept of n] fp32 each, packed (kernels/packing.hpp): a step moves 12 bytes per weight and
/// 16 per kept weight bits  equal for every number of threads and every vector width (element-wise,
/// no fused multiply-add, correctly rounded root) throws LogicError where sizes do not fit
void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m,
                  std::span<float> v, const Packing& packing, const AdamWStep& step,
                  int threads = 1);

/// Sum of squares of the kept elements of `g` (`kept` and `kept_bits` as in Packing), in fp64, in a
/// fixed order: equal for every number of threads. Not finite if any kept element is NaN or
/// infinite.
double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept,
                           std::int64_t kept_bits, int threads = 1);

/// Set the pruned ones among the first `kept_bits` elements of `values` to 0.
void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits, int threads = 1);

}  // namespace stockpot::kernels
