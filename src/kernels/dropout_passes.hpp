// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/dropout.hpp"

// The vector loop behind dropout, dispatched at run time, and what the GPU shares with it.
namespace stockpot::kernels {

constexpr std::int64_t kDropoutRows = 8;  // of a column, drawn by one block of Philox

/// Up to kDropoutRows rows of one matrix.
struct DropoutStripe {
  const float* x;
  float* y;
  std::size_t rows, columns;
  std::uint32_t counter;  ///< of column 0
  std::uint32_t sample;
};

void dropout_stripe(const DropoutStripe& stripe, const DropoutDraw& draw);

/// throws LogicError unless the arrays have the shape's size and the counters hold it
void expect_dropout_fits(std::size_t x, std::size_t y, std::size_t samples,
                         const DropoutShape& shape, const DropoutDraw& draw);

/// What multiplies the elements that stay.
float dropout_scale(const DropoutDraw& draw);

}  // namespace stockpot::kernels
