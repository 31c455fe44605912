// SPDX-License-Identifier: Apache-2.0
#include "train/placed_mask.hpp"

#include <ATen/ops/from_blob.h>

#include <iterator>
#include <utility>

namespace stockpot::train {
namespace {

/// A copy of 64-bit numbers in the memory of `device`.
template <typename T>
at::Tensor copy_to(std::span<const T> values, at::Device device) {
  return at::from_blob(const_cast<T*>(values.data()), {std::ssize(values)}, at::kLong)
      .to(device, at::kLong, false, true);
}

template <typename T>
std::span<const T> span_of_words(const at::Tensor& tensor) {
  return {reinterpret_cast<const T*>(tensor.const_data_ptr<std::int64_t>()),
          static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

PlacedWords::PlacedWords(std::span<const std::uint64_t> words, at::Device device) : host_(words) {
  if (!device.is_cpu()) on_gpu_ = copy_to(words, device);
}

std::span<const std::uint64_t> PlacedWords::span() const {
  return on_gpu_.defined() ? span_of_words<std::uint64_t>(on_gpu_) : host_;
}

PlacedMask::PlacedMask(SharedMask mask, std::int64_t elements, at::Device device)
    : mask_(std::move(mask)), elements_(elements), kept_(0), words_(mask_->words(), device) {
  const auto starts = kernels::packing_starts(elements, mask_->words(), mask_->size());
  kept_ = starts.back();
  starts_ = copy_to(std::span(starts), device);
}

kernels::Packing PlacedMask::packing() const {
  return {elements_, words_.span(), mask_->size(), span_of_words<std::int64_t>(starts_)};
}

}  // namespace stockpot::train
