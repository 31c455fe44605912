// SPDX-License-Identifier: Apache-2.0
#include "mask/mask.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using stockpot::mask::Mask;
using stockpot::mask::pack_big_endian;

namespace {

Mask of(std::int64_t size, std::initializer_list<std::int64_t> kept) {
  Mask mask = Mask::none(size);
  for (const std::int64_t i : kept) mask.set(i, true);
  return mask;
}

}  // namespace

TEST(Mask, HoldsNoBitsBeyondItsSize) {
  for (const std::int64_t size : {0, 1, 63, 64, 65, 128, 200}) {
    EXPECT_EQ(Mask::all(size).kept(), size);
    EXPECT_EQ(Mask::none(size).kept(), 0);
    EXPECT_EQ(std::ssize(Mask::all(size).words()), (size + 63) / 64);
  }
  EXPECT_EQ(Mask::all(65).words()[1], 1U);
}

TEST(Mask, PutsWeightIInBitIModulo64OfWordIOver64) {
  const Mask mask = of(130, {0, 65, 129});
  EXPECT_EQ(mask.words()[0], 1U);
  EXPECT_EQ(mask.words()[1], 2U);
  EXPECT_EQ(mask.words()[2], 2U);
  EXPECT_TRUE(mask[65]);
  EXPECT_FALSE(mask[64]);
}

TEST(Mask, CountsKeptWeightsOfAnyRange) {
  Mask mask = Mask::none(300);
  for (std::int64_t i = 0; i < 300; i += 3) mask.set(i, true);
  for (std::int64_t begin = 0; begin <= 300; begin += 7)
    for (std::int64_t end = begin; end <= 300; end += 11)
      ASSERT_EQ(mask.kept_in(begin, end), (end + 2) / 3 - (begin + 2) / 3);
  EXPECT_THROW(mask.kept_in(0, 301), stockpot::LogicError);
}

TEST(Mask, StatesItsSparsityAsAFraction) {
  EXPECT_DOUBLE_EQ(of(10, {1, 2, 3}).sparsity(), 0.7);
  EXPECT_DOUBLE_EQ(Mask::none(0).sparsity(), 0.0);
}

TEST(Mask, UnitesIntersectsAndSubtracts) {
  const Mask a = of(70, {1, 2, 66}), b = of(70, {2, 3, 66, 69});
  Mask united = a, common = a, rest = a;
  united.unite(b);
  common.intersect(b);
  rest.subtract(b);
  EXPECT_EQ(united, of(70, {1, 2, 3, 66, 69}));
  EXPECT_EQ(common, of(70, {2, 66}));
  EXPECT_EQ(rest, of(70, {1}));
  EXPECT_EQ(a.distance(b), 3);
  EXPECT_TRUE(common.is_subset_of(a));
  EXPECT_FALSE(a.is_subset_of(b));
}

TEST(Mask, RefusesToCombineDifferentSizes) {
  Mask a = Mask::all(64);
  EXPECT_THROW(a.unite(Mask::all(65)), stockpot::LogicError);
  EXPECT_THROW(a.distance(Mask::all(63)), stockpot::LogicError);
}

TEST(PackBigEndian, PutsTheFirstWeightInTheHighestBit) {
  // numpy: np.packbits([1,0,0,0,0,0,0,0, 0,1,1]) == [128, 96]
  EXPECT_EQ(pack_big_endian(of(11, {0, 9, 10}), 0, 11), (std::vector<std::uint8_t>{0x80, 0x60}));
}

TEST(PackBigEndian, StartsAnewAtTheTensor) {
  const Mask mask = of(200, {61, 63, 64, 127});
  EXPECT_EQ(pack_big_endian(mask, 61, 65), (std::vector<std::uint8_t>{0b1011'0000}));
  EXPECT_EQ(pack_big_endian(mask, 127, 127), std::vector<std::uint8_t>{});
  // what np.unpackbits(x)[:n] gives back, for every start inside a word
  for (std::int64_t begin = 0; begin < 130; ++begin) {
    const auto bytes = pack_big_endian(mask, begin, 200);
    for (std::int64_t i = begin; i < 200; ++i) {
      const auto at = static_cast<std::size_t>(i - begin);
      ASSERT_EQ((bytes[at / 8] >> (7 - at % 8) & 1) != 0, mask[i]) << begin << ' ' << i;
    }
  }
}
