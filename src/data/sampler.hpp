// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "data/dataset.hpp"

namespace stockpot::data {

/// Which samples the main training sees at each step. In every epoch each sample of the split
/// stands once, in a new order; the last batch of an epoch may be smaller and no batch crosses
/// epochs. The state is the step; nothing depends on ranks.
class BatchOrder {
 public:
  /// `split` must outlive the order. ConfigError if the batch is larger than the split or below 1.
  BatchOrder(const Split& split, std::int64_t batch, std::uint64_t seed);
  virtual ~BatchOrder() = default;

  std::int64_t steps_per_epoch() const { return (split_->size() + batch_ - 1) / batch_; }

  /// Epoch that step `step` (from 0) belongs to, from 0.
  std::uint32_t epoch_of(std::int64_t step) const {
    return static_cast<std::uint32_t>(step / steps_per_epoch());
  }

  /// Samples of the global batch of step `step`, as positions in the official file, into `indices`.
  /// One thread at a time.
  virtual void batch(std::int64_t step, std::vector<std::int64_t>& indices) const = 0;

 protected:
  const Split* split_;
  std::int64_t batch_;
  std::uint64_t seed_;
};

/// Every epoch is a keyed permutation of the split, cut into batches.
///
/// Example:
///     const Split split{nullptr, {0, 3, 4, 7, 9}};  // the samples of a data set that train
///     const EpochSampler order(split, 2, 7);        // batches of 2, seed 7
///     std::vector<std::int64_t> batch;
///     order.batch(4, batch);
///     EXPECT_EQ(batch.size(), 2);
///     EXPECT_EQ(order.epoch_of(4), 1);  // an epoch has 2 + 2 + 1 samples
class EpochSampler final : public BatchOrder {
 public:
  using BatchOrder::BatchOrder;
  void batch(std::int64_t step, std::vector<std::int64_t>& indices) const override;
};

/// Which samples denoiser n sees in round i: steps * batch samples drawn without replacement from
/// the split by (seed, round, denoiser). Beyond the data it begins again with the same draw.
class LookAheadSampler {
 public:
  /// `split` must outlive the sampler; denoiser from 0.
  LookAheadSampler(const Split& split, std::int64_t batch, std::uint64_t seed, std::uint32_t round,
                   std::uint32_t denoiser);

  /// Whether `steps` batches are more than the split holds. The caller says so once.
  bool wraps(std::int64_t steps) const { return steps * batch_ > split_->size(); }

  /// Samples of the batch of look-ahead step `step` (from 0), always `batch` of them.
  void batch(std::int64_t step, std::vector<std::int64_t>& indices) const;

 private:
  const Split* split_;
  std::int64_t batch_;
  KeyedPermutation order_;
};

}  // namespace stockpot::data
