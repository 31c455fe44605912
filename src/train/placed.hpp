// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <span>

#include "kernels/device_ops.hpp"
#include "mask/mask.hpp"

namespace stockpot::train {

/// Who works on an fp32 tensor: this rank's CPU threads, or its GPU in the order of LibTorch's
/// default stream.
kernels::Place place_of(const at::Tensor& tensor);

/// The memory of an fp32 tensor, on the host or on the GPU.
inline std::span<float> span_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// A mask, and where the kept ones of an arena's `elements` lie when packed, in the memory of
/// `device`: on a GPU with a copy of the words.
class PlacedMask {
 public:
  PlacedMask(const mask::Mask& mask, std::int64_t elements, at::Device device);

  const mask::Mask& mask() const { return mask_; }
  kernels::Packing packing() const;
  /// Length of a packed array.
  std::int64_t kept() const { return elements_ - mask_.size() + mask_.kept(); }

 private:
  mask::Mask mask_;
  std::int64_t elements_;
  at::Tensor words_on_gpu_, starts_;
};

}  // namespace stockpot::train
