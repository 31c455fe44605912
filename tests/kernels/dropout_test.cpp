// SPDX-License-Identifier: Apache-2.0
#include "kernels/dropout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"
#include "kernels/every_target.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

using Floats = std::vector<float>;

DropoutDraw draw_of(double rate, std::uint32_t step = 3) {
  return {.key = philox_key(7, Purpose::dropout, 2),
          .step = step,
          .training = round_and_denoiser(1, 4),
          .drop_below = dropout_threshold(rate)};
}

std::size_t size_of(const DropoutShape& s) {
  return static_cast<std::size_t>(s.samples * s.matrices * s.rows * s.columns);
}

/// What dropout makes of ones.
Floats factors(const std::vector<std::int64_t>& samples, const DropoutShape& shape,
               const DropoutDraw& draw, int threads = 1) {
  const Floats ones(size_of(shape), 1.0F);
  Floats y(ones.size(), -1.0F);
  dropout(ones, samples, shape, draw, y, threads);
  return y;
}

/// The same as the header says it, one element at a time.
Floats by_hand(const std::vector<std::int64_t>& samples, const DropoutShape& shape,
               const DropoutDraw& draw) {
  Floats y;
  const auto scale = static_cast<float>(65536.0 / (65536.0 - draw.drop_below));
  for (const auto sample : samples)
    for (std::uint32_t m = 0; m < shape.matrices; ++m)
      for (std::uint32_t r = 0; r < shape.rows; ++r)
        for (std::uint32_t c = 0; c < shape.columns; ++c) {
          const auto block =
              philox4x32({m << 24 | (r / 8) << 14 | c, static_cast<std::uint32_t>(sample),
                          draw.step, draw.training},
                         draw.key);
          const auto number = block[r % 4] >> (16 * (r % 8 / 4)) & 0xffffU;
          y.push_back(number < draw.drop_below ? 0.0F : scale);
        }
  return y;
}

/// The part of sample `b` in `factors`, for the first rows and columns of each matrix.
Floats corner(const Floats& factors, const DropoutShape& shape, std::int64_t b, std::int64_t rows,
              std::int64_t columns) {
  Floats part;
  for (std::int64_t m = 0; m < shape.matrices; ++m)
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c)
        part.push_back(factors[static_cast<std::size_t>(
            ((b * shape.matrices + m) * shape.rows + r) * shape.columns + c)]);
  return part;
}

}  // namespace

TEST(Dropout, EqualsItsDescriptionBitForBitOnEveryTarget) {
  test::on_every_target([] {
    for (const DropoutShape& shape : {DropoutShape{1, 1, 1, 1}, DropoutShape{2, 3, 11, 37},
                                      DropoutShape{3, 1, 8, 64}, DropoutShape{2, 12, 17, 17}}) {
      std::vector<std::int64_t> samples(static_cast<std::size_t>(shape.samples));
      std::iota(samples.begin(), samples.end(), 1'000'003);
      EXPECT_EQ(factors(samples, shape, draw_of(0.3)), by_hand(samples, shape, draw_of(0.3)));
    }
  });
}

TEST(Dropout, KeepsTheFractionThatItShouldAndTheMean) {
  const DropoutShape shape{.samples = 16, .matrices = 2, .rows = 100, .columns = 300};
  std::vector<std::int64_t> samples(16);
  std::iota(samples.begin(), samples.end(), 0);
  for (const double rate : {0.1, 0.5, 0.9}) {
    const auto y = factors(samples, shape, draw_of(rate));
    const auto n = static_cast<double>(y.size());
    const auto dropped = static_cast<double>(std::ranges::count(y, 0.0F));
    EXPECT_NEAR(dropped / n, rate, 5 * std::sqrt(rate * (1 - rate) / n)) << rate;
    EXPECT_NEAR(std::accumulate(y.begin(), y.end(), 0.0) / n, 1.0, 0.02) << rate;
  }
  for (const float factor : factors(samples, shape, draw_of(0))) ASSERT_EQ(factor, 1.0F);
}

TEST(Dropout, IsDrawnBySampleAndPlaceWhateverTheBatchAndItsPadding) {
  const DropoutShape small{.samples = 1, .matrices = 3, .rows = 9, .columns = 9},
      large{.samples = 3, .matrices = 3, .rows = 20, .columns = 31};
  const auto alone = factors({42}, small, draw_of(0.5)),
             together = factors({5, 42, 6}, large, draw_of(0.5));
  EXPECT_EQ(corner(together, large, 1, 9, 9), alone);
  EXPECT_NE(corner(together, large, 0, 9, 9), alone);
}

TEST(Dropout, ChangesWithEveryPartOfItsKey) {
  const DropoutShape shape{.samples = 1, .rows = 8, .columns = 64};
  const auto first = factors({1}, shape, draw_of(0.5));
  auto other_site = draw_of(0.5), other_training = draw_of(0.5);
  other_site.key = philox_key(7, Purpose::dropout, 3);
  other_training.training = round_and_denoiser(1, 5);
  for (const auto& draw : {draw_of(0.5, 4), other_site, other_training})
    EXPECT_NE(factors({1}, shape, draw), first);
  EXPECT_NE(factors({2}, shape, draw_of(0.5)), first);
}

TEST(Dropout, IsTheSameForEveryNumberOfThreadsAndInPlace) {
  const DropoutShape shape{.samples = 3, .matrices = 2, .rows = 70, .columns = 130};
  const std::vector<std::int64_t> samples{9, 1, 4};
  const auto one = factors(samples, shape, draw_of(0.1));
  EXPECT_EQ(factors(samples, shape, draw_of(0.1), 3), one);
  Floats in_place(one.size(), 1.0F);
  dropout(in_place, samples, shape, draw_of(0.1), in_place);
  EXPECT_EQ(in_place, one);
}

TEST(Dropout, RefusesWhatDoesNotFit) {
  Floats x(24), y(24);
  const std::vector<std::int64_t> one{0};
  EXPECT_THROW(dropout(x, one, {.samples = 1, .rows = 5, .columns = 5}, draw_of(0.1), y),
               LogicError);
  EXPECT_THROW(dropout(x, one, {.samples = 2, .rows = 3, .columns = 4}, draw_of(0.1), y),
               LogicError);
  Floats wide(20'000), out(20'000);
  EXPECT_THROW(dropout(wide, one, {.samples = 1, .columns = 20'000}, draw_of(0.1), out),
               LogicError);
  EXPECT_THROW(dropout_threshold(1.0), LogicError);
}
