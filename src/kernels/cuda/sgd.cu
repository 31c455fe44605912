// SPDX-License-Identifier: Apache-2.0
// The masked step of gradient descent with momentum on a GPU, with the bits of the CPU: products
// and sums are rounded apart (no fused multiply-add).
#include "kernels/cuda/kept.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ops.hpp"
#include "kernels/sgd_passes.hpp"

namespace stockpot::kernels::cuda {
namespace {

__global__ void update_sgd(SgdArrays a, std::size_t size, Kept kept, SgdFactors f) {
  const std::size_t i = own_element();
  if (i >= size) return;
  if (!kept(i)) {
    a.w[i] = 0;
    return;
  }
  const std::size_t at = kept.place(i);
  const float w = a.w[i];
  const float gradient =
      __fadd_rn(__fmul_rn(a.g[i], f.gradient_scale), __fmul_rn(f.weight_decay, w));
  const float m = __fadd_rn(__fmul_rn(a.m[at], f.momentum), gradient);
  a.w[i] = __fsub_rn(w, __fmul_rn(f.rate, m));
  a.m[at] = m;
}

}  // namespace

void masked_sgd(std::span<float> w, std::span<const float> g, std::span<float> m,
                const Packing& packing, const SgdStep& step, void* stream) {
  expect(g.size() == w.size() && static_cast<std::size_t>(packing.size) == w.size(),
         "the arrays of an optimizer step differ in size");
  if (w.empty()) return;
  launch(update_sgd, blocks_for(w.size()), static_cast<cudaStream_t>(stream),
         SgdArrays{w.data(), g.data(), m.data()}, w.size(), kept_of(packing), factors_of(step));
}

}  // namespace stockpot::kernels::cuda
