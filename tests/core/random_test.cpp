// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace stockpot;

TEST(Philox, MatchesTheKnownAnswersOfRandom123) {
  // kat_vectors of Random123 1.14: philox4x32 10
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsAFunctionOfItsPositionOnly) {
  RandomStream a(7, Purpose::augmentation, {1, 2, 3, 4}), b(7, Purpose::augmentation, {1, 2, 3, 4});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
}

TEST(RandomStream, DiffersWhenAnyCoordinateDiffers) {
  std::set<std::uint32_t> first;
  first.insert(RandomStream(7, Purpose::augmentation, {0, 0, 0, 0}).bits());
  first.insert(RandomStream(8, Purpose::augmentation, {0, 0, 0, 0}).bits());
  first.insert(RandomStream(7, Purpose::data_order, {0, 0, 0, 0}).bits());
  first.insert(RandomStream(7, Purpose::augmentation, {1, 0, 0, 0}).bits());
  first.insert(RandomStream(7, Purpose::augmentation, {0, 1, 0, 0}).bits());
  first.insert(RandomStream(7, Purpose::augmentation, {0, 0, 1, 0}).bits());
  first.insert(RandomStream(7, Purpose::augmentation, {0, 0, 0, 1}).bits());
  EXPECT_EQ(first.size(), 7U);
}

TEST(RandomStream, NormalHasZeroMeanAndUnitVariance) {
  RandomStream stream(1, Purpose::initial_weights);
  double sum = 0, square = 0;
  constexpr int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = stream.normal();
    sum += x;
    square += x * x;
  }
  EXPECT_NEAR(sum / n, 0.0, 0.01);
  EXPECT_NEAR(square / n, 1.0, 0.015);
}

TEST(RandomStream, BelowStaysInRangeAndReachesEveryValue) {
  RandomStream stream(1, Purpose::random_score);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(stream.below(7));
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(*seen.rbegin(), 6U);
}

TEST(KeyedPermutation, IsABijectionForEverySize) {
  for (std::uint64_t size : {1, 2, 3, 4, 5, 16, 17, 100, 1000, 4097}) {
    KeyedPermutation permutation(size, 42, Purpose::data_order, 3);
    std::set<std::uint64_t> images;
    for (std::uint64_t i = 0; i < size; ++i) images.insert(permutation(i));
    EXPECT_EQ(images.size(), size);
    EXPECT_EQ(*images.rbegin(), size - 1);
  }
}

TEST(KeyedPermutation, ChangesWithSeedAndEpoch) {
  KeyedPermutation a(1000, 1, Purpose::data_order, 0), b(1000, 2, Purpose::data_order, 0),
      c(1000, 1, Purpose::data_order, 1);
  int same_b = 0, same_c = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    same_b += a(i) == b(i);
    same_c += a(i) == c(i);
  }
  EXPECT_LT(same_b, 10);
  EXPECT_LT(same_c, 10);
}
