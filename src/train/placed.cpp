#include "train/placed.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>

namespace stockpot::train {

kernels::Place place_of(const at::Tensor& tensor) { return {.cuda = tensor.is_cuda(), .stream = nullptr, .threads = at::get_num_threads()}; }

std::span<const std::uint64_t> PlacedMask::words(const mask::Mask& mask, at::Device device) {
  if (device.is_cpu()) return mask.words();
  if (!on_gpu_.defined() || mask != copied_) {
    copied_ = mask;
    const auto words = copied_.words();
    on_gpu_ = at::from_blob(words.data(), {static_cast<std::int64_t>(words.size())}, at::kLong).to(device);
  }
  return {reinterpret_cast<const std::uint64_t*>(on_gpu_.data_ptr<std::int64_t>()), static_cast<std::size_t>(on_gpu_.numel())};
}

}  // namespace stockpot::train
