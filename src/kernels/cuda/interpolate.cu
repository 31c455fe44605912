// SPDX-License-Identifier: Apache-2.0
// Interpolation on a GPU, with the bits of the CPU: products and sum are rounded apart.
#include "kernels/cuda/device_array.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ops.hpp"
#include "kernels/kept_word.hpp"

namespace stockpot::kernels::cuda {
namespace {

__global__ void mix(float* w, const float* x, std::size_t size, double share,
                    const std::uint64_t* kept, std::size_t kept_bits) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (i >= size || !(kept_word(kept, kept_bits, i / 64) >> (i % 64) & 1)) return;
  const double old_part = __dmul_rn(1 - share, w[i]), new_part = __dmul_rn(share, x[i]);
  w[i] = static_cast<float>(__dadd_rn(old_part, new_part));
}

}  // namespace

void interpolate(std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits, void* stream) {
  expect(w.size() == x.size(), "arrays of different sizes were interpolated", w.size(), x.size());
  expect_mask_fits(kept, kept_bits, w.size());
  if (w.empty()) return;
  launch(mix, blocks_for(w.size()), static_cast<cudaStream_t>(stream), w.data(), x.data(), w.size(),
         share, kept.data(), kept.empty() ? std::size_t{0} : static_cast<std::size_t>(kept_bits));
}

}  // namespace stockpot::kernels::cuda
