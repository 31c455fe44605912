// SPDX-License-Identifier: Apache-2.0
#include "kernels/interpolate.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "core/random.hpp"
#include "kernels/every_target.hpp"
#include "kernels/select.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

using Floats = std::vector<float>;
using Words = std::vector<std::uint64_t>;

Floats normal(std::size_t n, std::uint64_t seed) {
  RandomStream random(seed, Purpose::random_score);
  Floats values(n);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

/// The definition, element by element.
Floats plain(const Floats& w, const Floats& x, double share, const Words& kept,
             std::size_t kept_bits) {
  Floats mixed = w;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const bool moves = i >= kept_bits || (kept[i / 64] >> (i % 64) & 1) != 0;
    if (moves)
      mixed[i] = static_cast<float>((1 - share) * static_cast<double>(w[i]) +
                                    share * static_cast<double>(x[i]));
  }
  return mixed;
}

}  // namespace

TEST(Interpolate, HasTheBitsOfItsDefinitionOnEveryTargetAndForAnyThreads) {
  test::on_every_target([] {
    for (const std::size_t n : {0U, 1U, 63U, 64U, 65U, 1000U, 200000U})
      for (const std::size_t bits : {std::size_t{0}, n / 2, n}) {
        const auto w = normal(n, 1), x = normal(n, 2);
        Words kept(words_for(bits));
        RandomStream random(n, Purpose::score_data);
        for (std::size_t i = 0; i < bits; ++i)
          kept[i / 64] |= std::uint64_t{random.bits() & 1} << (i % 64);
        for (const int threads : {1, 3}) {
          auto mixed = w;
          interpolate(mixed, x, 0.3, kept, static_cast<std::int64_t>(bits), threads);
          EXPECT_EQ(mixed, plain(w, x, 0.3, kept, bits)) << n << " " << bits;
        }
      }
  });
}

TEST(Interpolate, LeavesEqualValuesAndTheEndsOfTheLineAsTheyAre) {
  const auto w = normal(1000, 3), x = normal(1000, 4);
  for (const double share : {0.0, 0.05, 1.0 / 3, 0.5, 0.95, 1.0}) {
    auto same = w;
    interpolate(same, w, share, {}, 0, 1);
    EXPECT_EQ(same, w) << share;
  }
  auto first = w, last = w;
  interpolate(first, x, 0, {}, 0, 1);
  EXPECT_EQ(first, w);
  interpolate(last, x, 1, {}, 0, 1);
  EXPECT_EQ(last, x);
}
