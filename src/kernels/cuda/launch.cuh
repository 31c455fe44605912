// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

#include "kernels/cuda/device_array.cuh"

namespace stockpot::kernels::cuda {

constexpr unsigned kThreads = 256, kWarp = 32, kAllLanes = 0xffffffff;

/// The number of blocks of kThreads threads that have `count` threads together.
inline unsigned blocks_for(std::size_t count) {
  return static_cast<unsigned>((count + kThreads - 1) / kThreads);
}

/// Queue `kernel` on `stream` for `blocks` blocks of kThreads threads:
/// kernel<<<...>>>(arguments...) in a form that is C++, so that the tests can compile the kernels
/// for emulated threads too.
template <typename... Parameters, typename... Arguments>
void launch(void (*kernel)(Parameters...), unsigned blocks, cudaStream_t stream,
            Arguments&&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim.x = blocks;
  config.blockDim.x = kThreads;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...));
}

}  // namespace stockpot::kernels::cuda
