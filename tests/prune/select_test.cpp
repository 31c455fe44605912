// SPDX-License-Identifier: Apache-2.0
#include "prune/select.hpp"

#include <gtest/gtest.h>

using namespace stockpot;

namespace {

model::Layout two_tensors() {
  return model::Layout({{{"a"}, {4}, model::Role::prunable, {}},
                        {{"b"}, {8}, model::Role::prunable, {}},
                        {{"bias"}, {3}, model::Role::trained, {}}});
}

}  // namespace

TEST(Select, PutsAllWeightsInOneRankingGlobally) {
  const auto layout = two_tensors();
  const std::vector<float> scores = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0};
  const auto kept = prune::select(scores, mask::Mask::all(12), 6, "global", layout);
  EXPECT_EQ(kept.kept_in(0, 4), 4);
  EXPECT_EQ(kept.kept_in(4, 12), 2);
}

TEST(Select, TakesTheSameShareOfEveryTensorAndTheExactSum) {
  const auto layout = two_tensors();
  const std::vector<float> scores = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0};
  const auto kept = prune::select(scores, mask::Mask::all(12), 7, "tensor", layout);
  EXPECT_EQ(kept.kept_in(0, 4), 2);   // 7 * 4 / 12 = 2.33
  EXPECT_EQ(kept.kept_in(4, 12), 5);  // 7 * 8 / 12 = 4.67, the larger remainder
  EXPECT_TRUE(kept[0] && kept[1] && kept[4]);
}

TEST(Select, RemovesTheFirstOfEqualWeightsInCanonicalOrder) {
  const auto layout = two_tensors();
  const auto kept =
      prune::select(std::vector<float>(12, 0.5F), mask::Mask::all(12), 5, "global", layout);
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(kept[i], i >= 7);
}
