// SPDX-License-Identifier: Apache-2.0
#include "data/text/length_buckets.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

auto by_length(std::span<const std::int64_t> lengths) {
  return [lengths](std::int64_t a, std::int64_t b) {
    return lengths[static_cast<std::size_t>(a)] < lengths[static_cast<std::size_t>(b)];
  };
}

/// Position in KeyedPermutation that no denoiser and no sample order of Purpose::data_order uses.
constexpr std::uint32_t kBatchOrder = 1;

}  // namespace

void bucket_by_length(std::span<std::int64_t> order, std::span<const std::int64_t> lengths,
                      std::int64_t batch, const KeyedPermutation& batch_order) {
  const auto size = static_cast<std::size_t>(batch);
  const std::size_t batches = order.size() / size;
  expect(batch_order.size() == batches,
         "bucket_by_length: the permutation is not over the batches");
  const std::span<std::int64_t> whole = order.first(batches * size);
  const std::size_t window = size * static_cast<std::size_t>(kBucketBatches);
  for (std::size_t begin = 0; begin < whole.size(); begin += window) {
    const auto part = whole.subspan(begin, std::min(window, whole.size() - begin));
    std::stable_sort(part.begin(), part.end(), by_length(lengths));
  }
  const std::vector<std::int64_t> sorted(whole.begin(), whole.end());
  for (std::size_t b = 0; b < batches; ++b)
    std::copy_n(sorted.begin() + static_cast<std::ptrdiff_t>(batch_order(b) * size), size,
                whole.begin() + static_cast<std::ptrdiff_t>(b * size));
}

void LengthBuckets::batch(std::int64_t step, std::vector<std::int64_t>& indices) const {
  if (const std::uint32_t epoch = epoch_of(step); order_.empty() || epoch != epoch_) arrange(epoch);
  const std::int64_t begin = step % steps_per_epoch() * batch_;
  const std::int64_t count = std::min(batch_, split_->size() - begin);
  indices.assign(order_.begin() + begin, order_.begin() + begin + count);
}

void LengthBuckets::arrange(std::uint32_t epoch) const {
  const auto size = static_cast<std::uint64_t>(split_->size());
  const KeyedPermutation samples(size, seed_, Purpose::data_order, epoch);
  const KeyedPermutation batches(size / static_cast<std::uint64_t>(batch_), seed_,
                                 Purpose::data_order, epoch, kBatchOrder);
  order_.resize(size);
  for (std::uint64_t i = 0; i < size; ++i) order_[i] = split_->indices[samples(i)];
  bucket_by_length(order_, lengths_, batch_, batches);
  epoch_ = epoch;
}

}  // namespace stockpot::data
