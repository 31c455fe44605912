// SPDX-License-Identifier: Apache-2.0
#include "data/sampler.hpp"

#include <algorithm>
#include <set>

#include "files.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

/// Every third number: positions and indices differ, so that mixing them up shows.
Split thirds(std::int64_t size) {
  Split split;
  for (std::int64_t i = 0; i < size; ++i) split.indices.push_back(3 * i + 1);
  return split;
}

using Indices = std::vector<std::int64_t>;

Indices epoch(const EpochSampler& sampler, std::int64_t number) {
  Indices all, batch;
  for (std::int64_t s = 0; s < sampler.steps_per_epoch(); ++s) {
    sampler.batch(number * sampler.steps_per_epoch() + s, batch);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

}  // namespace

TEST(EpochSampler, ShowsEverySampleOncePerEpochInANewOrder) {
  const Split split = thirds(103);
  const EpochSampler sampler(split, 10, 9);
  EXPECT_EQ(sampler.steps_per_epoch(), 11);
  const Indices first = epoch(sampler, 0), second = epoch(sampler, 1);
  EXPECT_NE(first, second);
  for (Indices order : {first, second}) {
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, split.indices);
  }
}

TEST(EpochSampler, KeepsThePartialBatchAndNeverCrossesEpochs) {
  const Split split = thirds(103);
  const EpochSampler sampler(split, 10, 9);
  Indices batch;
  sampler.batch(10, batch);
  EXPECT_EQ(batch.size(), 3U);
  EXPECT_EQ(sampler.epoch_of(10), 0U);
  sampler.batch(11, batch);
  EXPECT_EQ(batch.size(), 10U);
  EXPECT_EQ(sampler.epoch_of(11), 1U);
}

TEST(EpochSampler, IsAFunctionOfSeedAndStep) {
  const Split split = thirds(50);
  Indices a, b;
  EpochSampler(split, 8, 1).batch(17, a);
  EpochSampler(split, 8, 1).batch(17, b);
  EXPECT_EQ(a, b);
  EpochSampler(split, 8, 2).batch(17, b);
  EXPECT_NE(a, b);
}

TEST(EpochSampler, RefusesABatchLargerThanTheData) {
  const Split split = thirds(50);
  expect_error<ConfigError>([&] { EpochSampler(split, 51, 1); }, {"train.batch 51", "50 samples"});
  expect_error<ConfigError>([&] { EpochSampler(split, 0, 1); }, {"train.batch 0"});
}

TEST(LookAheadSampler, DrawsWithoutReplacementUntilTheDataIsUsedUp) {
  const Split split = thirds(40);
  const LookAheadSampler sampler(split, 8, 1, 2, 3);
  Indices batch;
  std::set<std::int64_t> seen;
  for (std::int64_t s = 0; s < 5; ++s) {
    sampler.batch(s, batch);
    EXPECT_EQ(batch.size(), 8U);
    seen.insert(batch.begin(), batch.end());
  }
  EXPECT_EQ(seen.size(), 40U);
  EXPECT_FALSE(sampler.wraps(5));
  EXPECT_TRUE(sampler.wraps(6));
  Indices first;
  sampler.batch(0, first);
  sampler.batch(5, batch);
  EXPECT_EQ(batch, first);
}

TEST(LookAheadSampler, DiffersBySeedRoundAndDenoiser) {
  const Split split = thirds(1000);
  std::set<Indices> draws;
  for (const auto& [seed, round, denoiser] :
       {std::array{1U, 0U, 0U}, {2U, 0U, 0U}, {1U, 1U, 0U}, {1U, 0U, 1U}}) {
    Indices batch;
    LookAheadSampler(split, 16, seed, round, denoiser).batch(0, batch);
    draws.insert(batch);
  }
  EXPECT_EQ(draws.size(), 4U);
}

TEST(LookAheadSampler, FillsBatchesLargerThanTheData) {
  const Split split = thirds(5);
  Indices batch;
  LookAheadSampler(split, 12, 1, 0, 0).batch(0, batch);
  EXPECT_EQ(batch.size(), 12U);
  EXPECT_EQ(std::set<std::int64_t>(batch.begin(), batch.end()).size(), 5U);
}
