#pragma once
#include <ATen/core/Tensor.h>

#include <span>

#include "kernels/device_ops.hpp"
#include "mask/mask.hpp"

namespace stockpot::train {

/// Who works on an fp32 tensor: this rank's CPU threads, or its GPU in the order of LibTorch's default stream.
kernels::Place place_of(const at::Tensor& tensor);

/// The memory of an fp32 tensor, on the host or on the GPU.
inline std::span<float> span_of(const at::Tensor& tensor) { return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}; }

/// A packed mask where the tensors are. On the CPU it is the mask itself; on a GPU a copy that is renewed when the mask has changed.
class PlacedMask {
 public:
  std::span<const std::uint64_t> words(const mask::Mask& mask, at::Device device);

 private:
  mask::Mask copied_ = mask::Mask::none(0);
  at::Tensor on_gpu_;
};

}  // namespace stockpot::train
