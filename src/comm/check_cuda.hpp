// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime.h>

#include <source_location>

namespace stockpot::comm {

/// Throw CommError that names the library, the call site, what the library says, and the host.
[[noreturn]] void fail_on_device(const char* library, const char* text,
                                 const std::source_location& where);

inline void check_cuda(cudaError_t code,
                       std::source_location where = std::source_location::current()) {
  if (code != cudaSuccess) fail_on_device("CUDA", cudaGetErrorString(code), where);
}

}  // namespace stockpot::comm
