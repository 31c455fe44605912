// SPDX-License-Identifier: Apache-2.0
#include "train/learning_rate.hpp"

#include <gtest/gtest.h>

using stockpot::train::LearningRateLine;

TEST(LearningRateLine, FallsStraightToZeroAtTheEndOfTheBudget) {
  const LearningRateLine line{.initial = 8.0, .warmup_steps = 0, .total_steps = 4};
  EXPECT_DOUBLE_EQ(line.at(0), 8.0);
  EXPECT_DOUBLE_EQ(line.at(1), 6.0);
  EXPECT_DOUBLE_EQ(line.at(3), 2.0);
  EXPECT_DOUBLE_EQ(line.at(4), 0.0);
  EXPECT_DOUBLE_EQ(line.at(5), 0.0);
}

TEST(LearningRateLine, RisesFromZeroOverTheWarmUp) {
  const LearningRateLine line{.initial = 8.0, .warmup_steps = 2, .total_steps = 6};
  EXPECT_DOUBLE_EQ(line.at(0), 0.0);
  EXPECT_DOUBLE_EQ(line.at(1), 4.0);
  EXPECT_DOUBLE_EQ(line.at(2), 8.0);
  EXPECT_DOUBLE_EQ(line.at(4), 4.0);
}
