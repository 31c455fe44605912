// SPDX-License-Identifier: Apache-2.0
#include "data/batch_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "data/text/length_buckets.hpp"

using namespace stockpot::data;

namespace {

using Indices = std::vector<std::int64_t>;

/// Samples of which only the lengths matter; none: images.
class Lengths final : public Dataset {
 public:
  Lengths(std::int64_t size, Indices lengths) : size_(size), lengths_(std::move(lengths)) {}
  std::int64_t size() const override { return size_; }
  DataShape shape() const override { return {}; }
  const std::vector<std::string>& class_names() const override { return names_; }
  std::int64_t label(std::int64_t) const override { return 0; }
  std::span<const std::int64_t> lengths() const override { return lengths_; }
  void fill(std::span<const std::int64_t>, const Augmentation&, Batch&) const override {}

 private:
  std::int64_t size_;
  Indices lengths_;
  std::vector<std::string> names_;
};

/// Every second of 2 * size samples.
Split every_second(std::int64_t size, bool texts) {
  Indices lengths, indices;
  for (std::int64_t i = 0; texts && i < 2 * size; ++i) lengths.push_back(i * 7919 % 97 + 3);
  for (std::int64_t i = 0; i < size; ++i) indices.push_back(2 * i);
  return {std::make_shared<Lengths>(2 * size, lengths), indices};
}

Indices epoch_of(const BatchOrder& order, std::int64_t epoch) {
  Indices all, batch;
  for (std::int64_t s = 0; s < order.steps_per_epoch(); ++s) {
    order.batch(epoch * order.steps_per_epoch() + s, batch);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

/// Places of all batches of 10, padded to the longest of each.
std::int64_t places(const Split& split, const Indices& samples) {
  const auto lengths = split.dataset->lengths();
  std::int64_t sum = 0;
  for (std::size_t begin = 0; begin < samples.size(); begin += 10) {
    std::int64_t longest = 0;
    for (std::size_t i = begin; i < std::min(begin + 10, samples.size()); ++i)
      longest = std::max(longest, lengths[static_cast<std::size_t>(samples[i])]);
    sum += 10 * longest;
  }
  return sum;
}

}  // namespace

TEST(BatchOrder, OfTextsIsLengthBuckets) {
  const Split split = every_second(203, true);
  EXPECT_EQ(epoch_of(*make_batch_order(split, 10, 5), 1),
            epoch_of(LengthBuckets(split, split.dataset->lengths(), 10, 5), 1));
}

TEST(BatchOrder, OfImagesIsTheEpochSamplers) {
  const Split split = every_second(50, false);
  EXPECT_EQ(epoch_of(*make_batch_order(split, 8, 5), 1), epoch_of(EpochSampler(split, 8, 5), 1));
}

TEST(LookAheadSamples, OfTextsAreTheDrawnOnesInBatchesOfLikeLength) {
  const Split split = every_second(300, true);
  const LookAheadSampler sampler(split, 10, 5, 1, 2);
  Indices drawn, batch;
  for (std::int64_t s = 0; s < 20; ++s) {
    sampler.batch(s, batch);
    drawn.insert(drawn.end(), batch.begin(), batch.end());
  }
  auto samples = look_ahead_samples(split, 10, 20, 5, 1, 2);
  EXPECT_LT(places(split, samples), places(split, drawn) * 7 / 10);
  EXPECT_NE(samples, look_ahead_samples(split, 10, 20, 5, 1, 3));
  std::ranges::sort(samples);
  std::ranges::sort(drawn);
  EXPECT_EQ(samples, drawn);
}

TEST(EvaluationOrder, OfTextsGoesFromTheLongestDown) {
  const Split split = every_second(40, true);
  const auto order = evaluation_order(split);
  const auto length = [&](std::int64_t position) {
    return split.dataset
        ->lengths()[static_cast<std::size_t>(split.indices[static_cast<std::size_t>(position)])];
  };
  EXPECT_TRUE(std::ranges::is_sorted(order, std::ranges::greater{}, length));
  auto sorted = order;
  std::ranges::sort(sorted);
  Indices positions(40);
  std::iota(positions.begin(), positions.end(), 0);
  EXPECT_EQ(sorted, positions);
}

TEST(EvaluationOrder, OfImagesIsTheSplits) {
  const auto order = evaluation_order(every_second(5, false));
  EXPECT_EQ(order, (Indices{0, 1, 2, 3, 4}));
}
