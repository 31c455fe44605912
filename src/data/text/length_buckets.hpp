#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "data/dataset.hpp"

namespace stockpot::data {

/// Batches sorted together; the more, the less padding and the less chance in what meets in a batch.
constexpr std::int64_t kBucketBatches = 50;

/// Rearrange `order` (samples in random order, as positions in the official file) so that each batch of `batch` consecutive ones holds
/// texts of like length: it is cut into windows of kBucketBatches batches, each window sorted by length (ties stay in their order) and the
/// batches put into the order `batch_order` (over order.size() / batch batches). What is no whole batch stays last, and random.
void bucket_by_length(std::span<std::int64_t> order, std::span<const std::int64_t> lengths, std::int64_t batch, const KeyedPermutation& batch_order);

/// EpochSampler for texts: batches of like length, so that padding costs little. Every epoch is a new arrangement in which each sample of the
/// split stands once; the last batch of an epoch may be smaller. The state is the step; nothing depends on ranks.
class LengthBuckets {
 public:
  /// `split` must outlive the sampler. lengths: tokens of every sample of the data set (TextDataset::lengths()), which must too.
  /// ConfigError if the batch is larger than the split or below 1.
  LengthBuckets(const Split& split, std::span<const std::int64_t> lengths, std::int64_t batch, std::uint64_t seed);

  std::int64_t steps_per_epoch() const { return (split_->size() + batch_ - 1) / batch_; }
  std::uint32_t epoch_of(std::int64_t step) const { return static_cast<std::uint32_t>(step / steps_per_epoch()); }

  /// Samples of the global batch of step `step`, as positions in the official file, into `indices`. Arranges the step's epoch unless it is
  /// the one of the call before: one thread at a time.
  void batch(std::int64_t step, std::vector<std::int64_t>& indices);

 private:
  void arrange(std::uint32_t epoch);

  const Split* split_;
  std::span<const std::int64_t> lengths_;
  std::int64_t batch_;
  std::uint64_t seed_;
  std::vector<std::int64_t> order_;  ///< of `epoch_`; empty: none yet
  std::uint32_t epoch_ = 0;
};

/// The split's samples, longest first, for evaluation in consecutive batches (ties in file order).
std::vector<std::int64_t> longest_first(const Split& split, std::span<const std::int64_t> lengths);

}  // namespace stockpot::data
