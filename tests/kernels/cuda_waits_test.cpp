// SPDX-License-Identifier: Apache-2.0
// Which calls have done their work when they return. On emulated threads only: there the host can
// look into device memory without waiting for it.
#include <gtest/gtest.h>

#include <vector>

#include "kernels/cuda/ops.hpp"

using namespace stockpot::kernels;

TEST(CudaSelectLargest, HasWrittenTheMaskWhenItReturnsEvenIfNothingIsKept) {
  const std::vector<float> scores{3, 1, 2};
  const std::vector<std::uint64_t> candidates{0b111};
  std::vector<std::uint64_t> kept{0x5555};
  cuda::select_largest(scores, candidates, 2, kept, nullptr);
  EXPECT_EQ(kept[0], 0b101U);
  cuda::select_largest(scores, candidates, 0, kept, nullptr);
  EXPECT_EQ(kept[0], 0U);
}

TEST(CudaSquaredNorm, IsThereWhenTheCallReturns) {
  const std::vector<float> g{3, 4, 12};
  EXPECT_EQ(cuda::masked_squared_norm(g, std::vector<std::uint64_t>{0b011}, 3, nullptr), 25);
}
