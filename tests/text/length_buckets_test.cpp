// SPDX-License-Identifier: Apache-2.0
#include "data/text/length_buckets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "core/error.hpp"
#include "data/splits.hpp"
#include "data/text/text_dataset.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
using data::LengthBuckets;
using data::Split;
using Indices = std::vector<std::int64_t>;

namespace {

/// A split of every other sample of a data set of 2 * size ones.
Split split_of(std::int64_t size) {
  Split split;
  for (std::int64_t i = 0; i < size; ++i) split.indices.push_back(2 * i);
  return split;
}

Indices random_lengths(std::int64_t size) {
  RandomStream random(3, Purpose::data_order);
  Indices lengths;
  for (std::int64_t i = 0; i < size; ++i)
    lengths.push_back(3 + static_cast<std::int64_t>(random.below(100)));
  return lengths;
}

Indices batch_of(LengthBuckets& buckets, std::int64_t step) {
  Indices indices;
  buckets.batch(step, indices);
  return indices;
}

/// Token positions a model computes in one epoch, padding included.
std::int64_t padded_tokens(LengthBuckets& buckets, std::span<const std::int64_t> lengths) {
  std::int64_t total = 0;
  for (std::int64_t step = 0; step < buckets.steps_per_epoch(); ++step) {
    std::int64_t longest = 0;
    const Indices indices = batch_of(buckets, step);
    for (const std::int64_t i : indices)
      longest = std::max(longest, lengths[static_cast<std::size_t>(i)]);
    total += longest * static_cast<std::int64_t>(indices.size());
  }
  return total;
}

}  // namespace

TEST(LengthBuckets, ShowEachSampleOncePerEpochInBatchesOfConstantSize) {
  const Split split = split_of(1003);
  const Indices lengths = random_lengths(2006);
  LengthBuckets buckets(split, lengths, 8, 1);
  ASSERT_EQ(buckets.steps_per_epoch(), 126);
  for (const std::int64_t epoch : {0, 1}) {
    std::multiset<std::int64_t> seen;
    for (std::int64_t step = 0; step < 126; ++step) {
      const Indices batch = batch_of(buckets, epoch * 126 + step);
      EXPECT_EQ(batch.size(), step == 125 ? 3U : 8U);
      seen.insert(batch.begin(), batch.end());
    }
    EXPECT_TRUE(std::equal(seen.begin(), seen.end(), split.indices.begin(), split.indices.end()));
  }
}

TEST(LengthBuckets, DependOnSeedAndStepOnly) {
  const Split split = split_of(1000);
  const Indices lengths = random_lengths(2000);
  LengthBuckets forward(split, lengths, 10, 1), jumping(split, lengths, 10, 1),
      other(split, lengths, 10, 2);
  for (std::int64_t step = 0; step < 250; ++step) batch_of(forward, step);
  EXPECT_EQ(batch_of(jumping, 137), batch_of(forward, 137));
  EXPECT_EQ(batch_of(jumping, 3), batch_of(forward, 3));
  EXPECT_NE(batch_of(jumping, 3), batch_of(forward, 103));
  EXPECT_NE(batch_of(jumping, 3), batch_of(other, 3));
}

TEST(LengthBuckets, MixLongAndShortBatchesOverTheEpoch) {
  const Split split = split_of(5000);
  const Indices lengths = random_lengths(10000);
  LengthBuckets buckets(split, lengths, 10, 1);
  const auto mean_length = [&](std::int64_t first, std::int64_t last) {
    double sum = 0;
    for (std::int64_t step = first; step < last; ++step)
      sum += static_cast<double>(lengths[static_cast<std::size_t>(batch_of(buckets, step)[0])]);
    return sum / static_cast<double>(last - first);
  };
  EXPECT_NEAR(mean_length(0, 250), mean_length(250, 500),
              8);  // 28 / sqrt(125) is one standard deviation: 2.5
}

TEST(LengthBuckets, PadLittle) {
  const Split split = split_of(5000);
  const Indices lengths = random_lengths(10000);
  LengthBuckets buckets(split, lengths, 10, 1);
  std::int64_t tokens = 0;
  for (const std::int64_t i : split.indices) tokens += lengths[static_cast<std::size_t>(i)];
  EXPECT_LT(static_cast<double>(padded_tokens(buckets, lengths)),
            1.03 * static_cast<double>(tokens));
}

TEST(LengthBuckets, RefuseABatchThatDoesNotFit) {
  const Split split = split_of(10);
  const Indices lengths = random_lengths(20);
  EXPECT_THROW(LengthBuckets(split, lengths, 11, 1), ConfigError);
  EXPECT_THROW(LengthBuckets(split, lengths, 0, 1), ConfigError);
}

TEST(MeasuredTokens, AreThoseOfTheOfficialFiles) {
  STOCKPOT_TEST_DATA_OR_SKIP(vocabulary, "vocab/bert-base-uncased-vocab.txt.gz");
  const test::TempDir scratch;
  const auto tokenizer = data::WordPiece::load(vocabulary);
  for (const auto& [name, place] : {std::pair("cola", "CoLA"), std::pair("sst2", "SST-2"),
                                    std::pair("stsb", "STS-B"), std::pair("rte", "RTE")}) {
    const auto folder = test::glue_folder(place, scratch);
    if (folder.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue";
    const auto& task = *data::find_glue_task(name);
    const auto texts = data::load_glue(folder / "train.tsv", task, true, tokenizer, 128);
    const Split split = data::all_of(texts);
    LengthBuckets buckets(split, texts->lengths(), 32, 0);
    EXPECT_NEAR(static_cast<double>(padded_tokens(buckets, texts->lengths())) /
                    static_cast<double>(texts->size()),
                data::measured_tokens(task), 0.05)
        << name;
  }
}

TEST(LengthBuckets, CostAtMostAFourthOfPaddingTo128OnCola) {
  STOCKPOT_TEST_DATA_OR_SKIP(vocabulary, "vocab/bert-base-uncased-vocab.txt.gz");
  const test::TempDir scratch;
  const auto folder = test::glue_folder("CoLA", scratch);
  if (folder.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue";
  const auto cola = data::load_glue(folder / "train.tsv", *data::find_glue_task("cola"), true,
                                    data::WordPiece::load(vocabulary), 128);
  Split split{cola, {}};
  for (std::int64_t i = 0; i < cola->size(); ++i) split.indices.push_back(i);
  LengthBuckets buckets(split, cola->lengths(), 32, 0);
  const double ratio = 128.0 * static_cast<double>(cola->size()) /
                       static_cast<double>(padded_tokens(buckets, cola->lengths()));
  std::int64_t tokens = 0;
  for (const std::int64_t length : cola->lengths()) tokens += length;
  std::cout << "CoLA, batch 32: " << ratio
            << " x fewer token-operations than padding to 128 (no padding at all: "
            << 128.0 * static_cast<double>(cola->size()) / static_cast<double>(tokens) << ")\n";
  RecordProperty("ratio", std::to_string(ratio));
  EXPECT_GE(ratio, 4.0);
}
