// SPDX-License-Identifier: Apache-2.0
#include "prune/plan.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"

using namespace stockpot;
using prune::make_plan;

namespace {

config::RunConfig settings(double sparsity, double rate, std::int64_t round_steps) {
  config::RunConfig c;
  c.prune.sparsity = sparsity;
  c.isp.rate = rate;
  c.isp.round_steps = round_steps;
  return c;
}

}  // namespace

TEST(GrowingPlan, TrainsTThenTwoTThenThreeTAndSumsToTheBudget) {
  const auto plan = make_plan("growing", settings(0.3, 0.15, 39),
                              {.total_steps = 8602, .steps_per_epoch = 391, .prunable = 84934656});
  ASSERT_EQ(plan.cuts.size(), 3U);  // methods.md 3.4: S = 30 %, s = 15 %: 3 rounds
  for (std::size_t i = 0; i < plan.cuts.size(); ++i)
    EXPECT_EQ(plan.cuts[i].train_steps, 39 * static_cast<std::int64_t>(i + 1));
  EXPECT_EQ(plan.total_steps(), 8602);
  EXPECT_TRUE(plan.notes.empty());
}

TEST(GrowingPlan, NeedsTheRoundsOfTheTable) {
  const std::pair<double, std::size_t> table[] = {{0.3, 3}, {0.4, 4}, {0.5, 5},
                                                  {0.6, 6}, {0.7, 8}, {0.8, 10}};
  for (const auto& [sparsity, rounds] : table)
    EXPECT_EQ(make_plan("growing", settings(sparsity, 0.15, 39),
                        {.total_steps = 8602, .steps_per_epoch = 391, .prunable = 84934656})
                  .cuts.size(),
              rounds)
        << sparsity;
}

TEST(GrowingPlan, EndsAtTheExactCountWhateverTheRate) {
  for (double rate : {0.05, 0.1, 0.15, 0.33, 0.9})
    for (double sparsity : {0.1, 0.5, 0.9, 0.99})
      for (std::int64_t prunable : {7, 100, 131072}) {
        const auto plan =
            make_plan("growing", settings(sparsity, rate, 1),
                      {.total_steps = 1000, .steps_per_epoch = 100, .prunable = prunable});
        std::int64_t before = prunable;
        for (const auto& cut : plan.cuts) {
          EXPECT_LT(cut.keep, before);
          before = cut.keep;
        }
        EXPECT_EQ(before, keep_count(sparsity, prunable))
            << rate << " " << sparsity << " " << prunable;
        EXPECT_EQ(plan.total_steps(), 1000);
      }
}

TEST(GrowingPlan, RaisesTheRateWhenTheBudgetIsShortAndSaysSo) {
  const auto plan =
      make_plan("growing", settings(0.9, 0.10, 1137),
                {.total_steps = 113710, .steps_per_epoch = 11371, .prunable = 85524480});
  ASSERT_EQ(plan.notes.size(), 1U);  // methods.md 3.4: 22 rounds would take 25.3 epochs of 10
  EXPECT_NE(plan.notes[0].find("22 rounds"), std::string::npos) << plan.notes[0];
  EXPECT_EQ(plan.cuts.size(), 9U);  // 9 * 10 / 20 = 4.5 <= 5 epochs
  EXPECT_EQ(plan.cuts.back().keep, keep_count(0.9, 85524480));
  EXPECT_NEAR(static_cast<double>(plan.cuts[0].keep) / 85524480, std::pow(0.1, 1.0 / 9), 1e-6);
}

TEST(GrowingPlan, RefusesABudgetThatNoRoundFits) {
  EXPECT_THROW(make_plan("growing", settings(0.5, 0.15, 39),
                         {.total_steps = 60, .steps_per_epoch = 391, .prunable = 1000}),
               ConfigError);
}

TEST(GrowingPlan, IsDenseTrainingAtSparsityZero) {
  const auto plan = make_plan("growing", settings(0.0, 0.15, 39),
                              {.total_steps = 60, .steps_per_epoch = 391, .prunable = 1000});
  EXPECT_TRUE(plan.cuts.empty());
  EXPECT_EQ(plan.fine_tune_steps, 60);
}

TEST(IntervalPlan, CutsATenthOfTheOriginalEveryEleventhOfTheBudget) {
  const auto plan = make_plan("interval", settings(0.35, 0.15, 1),
                              {.total_steps = 1100, .steps_per_epoch = 50, .prunable = 1000});
  ASSERT_EQ(plan.cuts.size(), 4U);
  const std::int64_t keeps[] = {900, 800, 700, 650};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(plan.cuts[i].keep, keeps[i]);
    EXPECT_EQ(plan.cuts[i].train_steps, 100);
  }
  EXPECT_EQ(plan.fine_tune_steps, 700);
}

TEST(RestartsPlan, TrainsOncePerTenthAndOnceMore) {
  auto c = settings(0.9, 0.15, 1);
  c.prune.search_share = 0.5;
  const auto plan =
      make_plan("restarts", c, {.total_steps = 100, .steps_per_epoch = 50, .prunable = 1000});
  ASSERT_EQ(plan.cuts.size(), 9U);
  EXPECT_TRUE(plan.restarts);
  EXPECT_EQ(plan.total_steps(), 9 * 50 + 100);
}

TEST(Budget, KeepsTheLastPartialBatchOfAnEpoch) {
  config::TrainConfig train;
  train.batch = 128;
  train.epochs = 22;
  const auto budget = prune::make_budget(train, 60000, 1);
  EXPECT_EQ(budget.steps_per_epoch, 469);  // methods.md 3.4: MNIST
  EXPECT_EQ(budget.total_steps, 10318);
}
