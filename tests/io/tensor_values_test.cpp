// SPDX-License-Identifier: Apache-2.0
#include "io/tensor_values.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace stockpot;
using io::Dtype;

namespace {

/// Value of a half by its definition (IEEE 754): sign, 5 exponent bits, 10 fraction bits.
double half_by_definition(unsigned bits) {
  const double sign = bits & 0x8000 ? -1 : 1, fraction = bits & 0x3ff;
  const int exponent = static_cast<int>(bits >> 10 & 31);
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  return sign *
         (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

template <typename Word>
std::vector<float> widened(Dtype dtype, const std::vector<Word>& words,
                           std::size_t misalignment = 0) {
  std::vector<std::byte> bytes(words.size() * sizeof(Word) + misalignment);
  std::memcpy(bytes.data() + misalignment, words.data(), words.size() * sizeof(Word));
  std::vector<float> values(words.size());
  io::widen(dtype, std::span(bytes).subspan(misalignment), values);
  return values;
}

}  // namespace

TEST(Widen, TakesEveryHalfExactly) {
  std::vector<std::uint16_t> all(65536);
  for (unsigned i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
  const std::vector<float> values = widened(Dtype::f16, all);
  int wrong = 0;
  for (unsigned i = 0; i < all.size(); ++i) {
    const double expected = half_by_definition(i);
    wrong += std::isnan(expected)
                 ? !std::isnan(values[i])
                 : values[i] != expected || std::signbit(values[i]) != std::signbit(expected);
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Widen, TakesBf16AsTheUpperHalfOfAFloat) {
  const std::vector<float> values =
      widened<std::uint16_t>(Dtype::bf16, {0x3f80, 0xc049, 0x0001, 0x7f80});
  EXPECT_EQ(values[0], 1.0f);
  EXPECT_EQ(values[1], -3.140625f);
  EXPECT_EQ(values[2], std::bit_cast<float>(0x00010000u));
  EXPECT_EQ(values[3], std::numeric_limits<float>::infinity());
}

TEST(Widen, ReadsAtAnyAlignment) {
  for (std::size_t misalignment : {0, 1, 2, 3}) {
    EXPECT_EQ(widened<float>(Dtype::f32, {1.5f, -2.25f}, misalignment),
              (std::vector{1.5f, -2.25f}));
    EXPECT_EQ(widened<std::uint16_t>(Dtype::f16, {0x3e00, 0xc080}, misalignment),
              (std::vector{1.5f, -2.25f}));
  }
}

TEST(FirstNotFinite, FindsNanAndBothInfinitiesWhereverTheyStand) {
  for (const float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
    for (const std::size_t at : {0, 1, 4095, 4096, 9999}) {
      std::vector<float> values(10'000, std::numeric_limits<float>::max());
      values[at] = bad;
      EXPECT_EQ(io::first_not_finite(values), at);
    }
  }
  EXPECT_EQ(io::first_not_finite(std::vector<float>{0, -0.0f, 1e-45f, -3.4e38f}), std::nullopt);
}

TEST(CountZeros, CountsBothSignsForFloatsAndBitsForIntegers) {
  const std::vector<float> values{0.0f, -0.0f, 1e-45f, 1.0f};
  EXPECT_EQ(io::count_zeros(Dtype::f32, std::as_bytes(std::span(values))), 2);
  const std::vector<std::uint16_t> words{0, 0x8000, 0x0001};
  EXPECT_EQ(io::count_zeros(Dtype::bf16, std::as_bytes(std::span(words))), 2);
  EXPECT_EQ(io::count_zeros(Dtype::i16, std::as_bytes(std::span(words))), 1);
}

TEST(Dtype, NamesAreReadBack) {
  for (const char* name : {"BOOL", "U8", "I8", "I16", "F16", "BF16", "I32", "F32", "F64", "I64"}) {
    ASSERT_TRUE(io::dtype_named(name)) << name;
    EXPECT_EQ(io::name_of(*io::dtype_named(name)), name);
  }
  EXPECT_FALSE(io::dtype_named("F8_E4M3"));
}
