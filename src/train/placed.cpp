// SPDX-License-Identifier: Apache-2.0
#include "train/placed.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>

namespace stockpot::train {
namespace {

template <typename T>
at::Tensor placed(std::span<const T> values, at::Device device) {
  return at::from_blob(const_cast<T*>(values.data()), {static_cast<std::int64_t>(values.size())},
                       at::kLong)
      .to(device, at::kLong, false, true);
}

template <typename T>
std::span<const T> span_of_words(const at::Tensor& tensor) {
  return {reinterpret_cast<const T*>(tensor.const_data_ptr<std::int64_t>()),
          static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

kernels::Place place_of(const at::Tensor& tensor) {
  return {.cuda = tensor.is_cuda(), .stream = nullptr, .threads = at::get_num_threads()};
}

PlacedMask::PlacedMask(const mask::Mask& mask, std::int64_t elements, at::Device device)
    : mask_(mask), elements_(elements) {
  const auto starts = kernels::packing_starts(elements, mask.words(), mask.size());
  if (!device.is_cpu()) words_on_gpu_ = placed(mask.words(), device);
  starts_ = placed(std::span(starts), device);
}

kernels::Packing PlacedMask::packing() const {
  return {elements_,
          words_on_gpu_.defined() ? span_of_words<std::uint64_t>(words_on_gpu_) : mask_.words(),
          mask_.size(), span_of_words<std::int64_t>(starts_)};
}

}  // namespace stockpot::train
