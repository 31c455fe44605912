// SPDX-License-Identifier: Apache-2.0
// The masked optimizer step, repacking, the norm and the zeroing on a GPU, with the bits of the
// CPU: products and sums are rounded apart (no fused multiply-add), root and quotient are IEEE; the
// norm adds in the order of kernels/adamw.cpp (chunks of 64 blocks, 32 lanes, a tree).
#include <numeric>
#include <vector>

#include "kernels/adamw_passes.hpp"
#include "kernels/cuda/device_array.cuh"
#include "kernels/cuda/kept.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ops.hpp"

namespace stockpot::kernels::cuda {
namespace {

__global__ void update(AdamWArrays a, std::size_t size, Kept kept, AdamWFactors f) {
  const std::size_t i = own_element();
  if (i >= size) return;
  if (!kept(i)) {
    a.w[i] = 0;
    return;
  }
  const std::size_t at = kept.place(i);
  const float gradient = __fmul_rn(a.g[i], f.gradient_scale);
  const float m = __fadd_rn(a.m[at], __fmul_rn(f.one_minus_beta1, __fsub_rn(gradient, a.m[at])));
  const float v = __fadd_rn(__fmul_rn(a.v[at], f.beta2),
                            __fmul_rn(__fmul_rn(f.one_minus_beta2, gradient), gradient));
  const float denominator = __fadd_rn(__fdiv_rn(__fsqrt_rn(v), f.root), f.eps);
  a.w[i] = __fsub_rn(__fmul_rn(a.w[i], f.decay), __fdiv_rn(__fmul_rn(f.rate, m), denominator));
  a.m[at] = m;
  a.v[at] = v;
}

__global__ void move(const float* from, Kept before, float* to, Kept now, std::size_t size) {
  const std::size_t i = own_element();
  if (i < size && now(i)) to[now.place(i)] = before(i) ? from[before.place(i)] : 0;
}

__global__ void zero(float* values, std::size_t size, Kept kept) {
  const std::size_t i = own_element();
  if (i < size && !kept(i)) values[i] = 0;
}

/// One warp per chunk; the last block of fewer than 64 elements is a chunk of its own.
__global__ void square_sums(const float* g, std::size_t size, Kept kept, double* sums,
                            std::size_t chunks) {
  const std::size_t chunk = own_element() / kWarp, whole = size / 64 * 64;
  if (chunk > chunks) return;
  const std::size_t begin = chunk == chunks ? whole : chunk * kChunkBlocks * 64;
  const std::size_t end = chunk == chunks ? size : min(begin + kChunkBlocks * 64, whole);
  double sum = 0;
  for (std::size_t i = begin + threadIdx.x % kWarp; i < end; i += kWarp)
    if (kept(i)) sum = __dadd_rn(sum, __dmul_rn(g[i], g[i]));
  for (unsigned half = kWarp / 2; half != 0; half /= 2)
    sum = __dadd_rn(sum, __shfl_down_sync(kAllLanes, sum, half));
  if (threadIdx.x % kWarp == 0) sums[chunk] = sum;
}

}  // namespace

void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m,
                  std::span<float> v, const Packing& packing, const AdamWStep& step, void* stream) {
  expect(g.size() == w.size() && static_cast<std::size_t>(packing.size) == w.size() &&
             v.size() == m.size(),
         "the arrays of an optimizer step differ in size");
  if (w.empty()) return;
  launch(update, blocks_for(w.size()), static_cast<cudaStream_t>(stream),
         AdamWArrays{w.data(), g.data(), m.data(), v.data()}, w.size(), kept_of(packing),
         factors_of(step));
}

void repack(std::span<const float> from, const Packing& before, std::span<float> to,
            const Packing& now, void* stream) {
  expect(before.size == now.size, "arrays are repacked between arenas of different sizes");
  if (now.size == 0) return;
  const auto size = static_cast<std::size_t>(now.size);
  launch(move, blocks_for(size), static_cast<cudaStream_t>(stream), from.data(), kept_of(before),
         to.data(), kept_of(now), size);
}

double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept,
                           std::int64_t kept_bits, void* stream) {
  const std::size_t chunks = (g.size() / 64 + kChunkBlocks - 1) / kChunkBlocks;
  DeviceArray<double> sums(chunks + 1, static_cast<cudaStream_t>(stream));
  launch(square_sums, blocks_for((chunks + 1) * kWarp), static_cast<cudaStream_t>(stream), g.data(),
         g.size(), kept_of(kept, kept_bits, g.size()), sums.data(), chunks);
  const std::vector<double> values = sums.to_host();
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits, void* stream) {
  if (values.empty()) return;
  launch(zero, blocks_for(values.size()), static_cast<cudaStream_t>(stream), values.data(),
         values.size(), kept_of(kept, kept_bits, values.size()));
}

}  // namespace stockpot::kernels::cuda
