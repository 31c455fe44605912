// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <span>

#include "kernels/device_ops.hpp"

namespace stockpot::model {

/// Who works on a tensor: this rank's CPU threads, or its GPU in the order of LibTorch's default
/// stream.
inline kernels::Place place_of(const at::Tensor& tensor) {
  return {.cuda = tensor.is_cuda(), .stream = nullptr, .threads = at::get_num_threads()};
}

/// The memory of an fp32 tensor, on the host or on the GPU.
inline std::span<float> span_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace stockpot::model
