// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/kept_word.hpp"
#include "kernels/packing.hpp"

namespace stockpot::kernels::cuda {

/// The mask as the kernels see it.
struct Kept {
  const std::uint64_t* words;
  std::size_t bits;
  const std::int64_t* starts = nullptr;

  __device__ bool operator()(std::size_t i) const {
    return kept_word(words, bits, i / 64) >> (i % 64) & 1;
  }

  /// Where a kept element lies in a packed array.
  __device__ std::size_t place(std::size_t i) const {
    const std::uint64_t before = kept_word(words, bits, i / 64) & ~(~std::uint64_t{0} << (i % 64));
    return static_cast<std::size_t>(starts[i / 64]) + static_cast<std::size_t>(__popcll(before));
  }
};

inline Kept kept_of(std::span<const std::uint64_t> kept, std::int64_t kept_bits, std::size_t size) {
  expect_mask_fits(kept, kept_bits, size);
  return {kept.data(), kept.empty() ? 0 : static_cast<std::size_t>(kept_bits)};
}

inline Kept kept_of(const Packing& packing) {
  const auto size = static_cast<std::size_t>(packing.size);
  expect(packing.starts.size() == words_for(size) + 1, "a packing has not a start for each block");
  Kept kept = kept_of(packing.kept, packing.kept_bits, size);
  kept.starts = packing.starts.data();
  return kept;
}

/// The number of this thread among all of its grid.
__device__ inline std::size_t own_element() {
  return static_cast<std::size_t>(blockIdx.x) * kThreads + threadIdx.x;
}

}  // namespace stockpot::kernels::cuda
