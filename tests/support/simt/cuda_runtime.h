// SPDX-License-Identifier: Apache-2.0
// The part of the CUDA runtime and of CUDA C++ that src/kernels/cuda uses, on the fibers of
// simt.hpp.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <source_location>
#include <tuple>
#include <utility>

#include "support/simt/simt.hpp"

#define __global__
#define __device__
#define __host__
#define __shared__ static  // one block runs at a time

// ---- the host's side

enum cudaError_t { cudaSuccess };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
using cudaStream_t = struct CUstream_st*;

using dim3 = stockpot::simt::Index;

struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
};

inline const char* cudaGetErrorString(cudaError_t) { return "success"; }

inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

inline cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t) {
  *memory = std::memset(new char[bytes], 0xa5, bytes);
  return cudaSuccess;
}

inline cudaError_t cudaFreeAsync(void* memory, cudaStream_t) {
  stockpot::simt::enqueue([memory] { delete[] static_cast<char*>(memory); });
  return cudaSuccess;
}

inline cudaError_t cudaMemsetAsync(void* to, int byte, std::size_t bytes, cudaStream_t) {
  stockpot::simt::enqueue([=] { std::memset(to, byte, bytes); });
  return cudaSuccess;
}

inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind,
                                   cudaStream_t) {
  stockpot::simt::enqueue([=] { std::memcpy(to, from, bytes); });
  return cudaSuccess;
}

inline cudaError_t cudaStreamSynchronize(cudaStream_t) {
  stockpot::simt::synchronize();
  return cudaSuccess;
}

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  stockpot::simt::enqueue(
      [c = *config, kernel,
       values = std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)] {
        stockpot::simt::run_grid(c.gridDim, c.blockDim, c.dynamicSmemBytes,
                                 [&] { std::apply(kernel, values); });
      });
  return cudaSuccess;
}

// ---- the kernel's side

using std::min;

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline unsigned __float_as_uint(float a) { return std::bit_cast<unsigned>(a); }
inline int __popcll(unsigned long long word) { return std::popcount(word); }

template <typename T>
T atomicAdd(T* at, T value) {
  return std::exchange(*at, static_cast<T>(*at + value));
}

inline void __syncthreads(const std::source_location& where = std::source_location::current()) {
  stockpot::simt::meet_block(where);
}

inline void __syncwarp(unsigned mask = 0xffffffff,
                       const std::source_location& where = std::source_location::current()) {
  stockpot::simt::meet_warp(mask, 0, where);
}

inline unsigned __ballot_sync(unsigned mask, bool holds,
                              const std::source_location& where = std::source_location::current()) {
  unsigned ballot = 0;
  const auto& votes = stockpot::simt::meet_warp(mask, holds, where);
  for (unsigned lane = 0; lane < votes.size(); ++lane)
    ballot |= static_cast<unsigned>(votes[lane]) << lane;
  return ballot;
}

/// The value of the lane `delta` above; the own one where there is none.
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta,
                   const std::source_location& where = std::source_location::current()) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  const unsigned from = threadIdx.x % stockpot::simt::kWarp + delta;
  const auto& values = stockpot::simt::meet_warp(mask, bits, where);
  if (from < values.size()) std::memcpy(&value, &values[from], sizeof value);
  return value;
}
