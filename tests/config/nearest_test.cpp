// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.hpp"

#include <gtest/gtest.h>

using namespace stockpot::config;

TEST(EditDistance, CountsInsertionsRemovalsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("votes", "votes"), 0u);
  EXPECT_EQ(edit_distance("votes", "vote"), 1u);
  EXPECT_EQ(edit_distance("nmae", "name"), 1u);
}

TEST(Nearest, PrefersTheWholeKeyThenTheLastPart) {
  EXPECT_EQ(nearest("isp.rat", {"isp.rate", "train.rate"}), "isp.rate");
  EXPECT_EQ(nearest("isp.batch", {"isp.rate", "train.batch"}), "train.batch");
  EXPECT_EQ(nearest("batch", {"isp.rate", "train.batch"}), "train.batch");
}

TEST(Nearest, DoesNotTakeAKeyOfAnUnknownSectionForOneOfAnother) {
  EXPECT_EQ(nearest("soup.method", {"prune.method", "isp.rate"}), "");
  EXPECT_EQ(nearest("prune.rate", {"prune.method", "isp.rate"}), "isp.rate");
  EXPECT_EQ(nearest("prnue.method", {"prune.method", "isp.rate"}), "prune.method");
}

TEST(Nearest, IsSilentWhereNothingIsNear) {
  EXPECT_EQ(nearest("xyz", {"votes", "mean", ""}), "");
  EXPECT_EQ(nearest("", {"votes", ""}), "");
  EXPECT_EQ(nearest("votes", {}), "");
}
