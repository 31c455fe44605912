// SPDX-License-Identifier: Apache-2.0
#include "mask/agreement.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace stockpot::mask;

TEST(Agreement, OfEqualMasksIsOne) {
  const auto same = agreement({.candidates = 100, .kept_a = 80, .kept_b = 80, .distance = 0});
  EXPECT_DOUBLE_EQ(same.cosine, 1);
  EXPECT_DOUBLE_EQ(same.iou, 1);
  EXPECT_DOUBLE_EQ(same.kappa, 1);
}

TEST(Agreement, IsThatOfTheHandWorkedTable) {
  // both keep 70, both prune 10, a alone 5, b alone 15
  const auto found = agreement({.candidates = 100, .kept_a = 75, .kept_b = 85, .distance = 20});
  EXPECT_DOUBLE_EQ(found.cosine, 70 / std::sqrt(75.0 * 85));
  EXPECT_DOUBLE_EQ(found.iou, 10.0 / 30);
  EXPECT_NEAR(found.kappa, (0.8 - 0.675) / (1 - 0.675), 1e-12);
}

TEST(Agreement, OfMasksThatMeetAsChanceHasThemIsKappaZero) {
  // 0.9 and 0.9 of 1000: by chance 810 common ones, 10 that both prune
  const auto found = agreement({.candidates = 1000, .kept_a = 900, .kept_b = 900, .distance = 180});
  EXPECT_NEAR(found.kappa, 0, 1e-12);
  EXPECT_NEAR(found.cosine, 0.9, 1e-12) << "which is why a cosine says little";
}

TEST(Agreement, SaysNothingWhereNothingIsPruned) {
  const auto all = agreement({.candidates = 5, .kept_a = 5, .kept_b = 5, .distance = 0});
  EXPECT_EQ(all.cosine, 1);
  EXPECT_TRUE(std::isnan(all.iou));
  EXPECT_TRUE(std::isnan(all.kappa));
}
