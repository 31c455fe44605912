// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "data/dataset.hpp"
#include "data/sampler.hpp"

namespace stockpot::data {

/// Batches sorted together; the more, the less padding and the less chance in what meets in a
/// batch.
constexpr std::int64_t kBucketBatches = 50;

/// Rearrange `order` (samples in random order, as positions in the official file) so that each
/// batch of `batch` consecutive ones holds texts of like length: it is cut into windows of
/// kBucketBatches batches, each window sorted by length (ties stay in their order) and the batches
/// put into the order `batch_order` (over order.size() / batch batches). What is no whole batch
/// stays last, and random.
void bucket_by_length(std::span<std::int64_t> order, std::span<const std::int64_t> lengths,
                      std::int64_t batch, const KeyedPermutation& batch_order);

/// BatchOrder for texts: batches of like length, so that padding costs little.
class LengthBuckets final : public BatchOrder {
 public:
  /// lengths: tokens of every sample of the data set, which must outlive the order
  LengthBuckets(const Split& split, std::span<const std::int64_t> lengths, std::int64_t batch,
                std::uint64_t seed)
      : BatchOrder(split, batch, seed), lengths_(lengths) {}

  /// Arranges the step's epoch unless it is the one of the call before.
  void batch(std::int64_t step, std::vector<std::int64_t>& indices) const override;

 private:
  void arrange(std::uint32_t epoch) const;

  std::span<const std::int64_t> lengths_;
  mutable std::vector<std::int64_t>
      order_;  ///< of `epoch_`, kept from call to call; empty: none yet
  mutable std::uint32_t epoch_ = 0;
};

}  // namespace stockpot::data
