// SPDX-License-Identifier: Apache-2.0
#include "kernels/dropout.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "kernels/dropout_passes.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::int64_t kElementsPerThread = 16384;  // fewer cost more to hand out than to do

}  // namespace

std::uint32_t dropout_threshold(double rate) {
  expect(rate >= 0 && rate < 1, "a dropout rate is not in [0,1)");
  return std::min(static_cast<std::uint32_t>(std::lround(rate * 65536)), std::uint32_t{65535});
}

float dropout_scale(const DropoutDraw& draw) {
  return static_cast<float>(65536.0 / (65536.0 - draw.drop_below));
}

void expect_dropout_fits(std::size_t x, std::size_t y, std::size_t samples,
                         const DropoutShape& shape, const DropoutDraw& draw) {
  const auto size = shape.samples * shape.matrices * shape.rows * shape.columns;
  expect(shape.samples >= 0 && static_cast<std::int64_t>(samples) == shape.samples &&
             static_cast<std::int64_t>(x) == size && y == x,
         "the arrays of a dropout differ in size");
  expect(shape.matrices <= 256 && shape.rows <= 8192 && shape.columns <= 16384 &&
             draw.drop_below < 65536,
         "a dropout is larger than its counters");
}

void dropout(std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y, int threads) {
  expect_dropout_fits(x.size(), y.size(), samples.size(), shape, draw);
  if (x.empty()) return;
  const std::int64_t stripes = (shape.rows + kDropoutRows - 1) / kDropoutRows;
  const auto count = shape.samples * shape.matrices * stripes;
  const auto team = static_cast<int>(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(x.size()) / kElementsPerThread, 1, threads));
  parallel_for(count, team, [&](std::int64_t i) {
    const auto stripe = i % stripes, matrix = i / stripes % shape.matrices,
               sample = i / stripes / shape.matrices;
    const auto row = stripe * kDropoutRows;
    const auto begin = static_cast<std::size_t>(
        ((sample * shape.matrices + matrix) * shape.rows + row) * shape.columns);
    dropout_stripe(
        {.x = x.data() + begin,
         .y = y.data() + begin,
         .rows = static_cast<std::size_t>(std::min(kDropoutRows, shape.rows - row)),
         .columns = static_cast<std::size_t>(shape.columns),
         .counter = static_cast<std::uint32_t>(matrix << 24 | stripe << 14),
         .sample = static_cast<std::uint32_t>(samples[static_cast<std::size_t>(sample)])},
        draw);
  });
}

}  // namespace stockpot::kernels
