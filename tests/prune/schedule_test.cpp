// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "prune/programs/ladder.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

config::RunConfig settings(double sparsity, double rate, std::int64_t round_steps) {
  config::RunConfig c;
  c.prune.sparsity = sparsity;
  c.isp.rate = rate;
  c.isp.round_steps = round_steps;
  return c;
}

/// One cut as a program comes to it.
struct PlannedRow {
  std::int64_t train_steps, keep;
};

/// What a program does, read off its forecast on the toy's model and data.
struct Outline {
  std::vector<PlannedRow> cuts;
  std::int64_t fine_tune_steps = 0, total_steps = 0;
  prune::Plan plan;
};

Outline outline(const std::string& schedule, config::RunConfig config, prune::Budget budget) {
  static const test::ToyRun toy;
  config.train.batch = 16;
  prune::Method method = prune::make_method(config.prune);
  method.schedule = schedule;
  Outline outline;
  outline.plan = prune::make_plan(method, config, budget);
  engine::Forecast forecast(config, *toy.model, toy.splits, outline.plan.line);
  forecast.cursor.kept = budget.prunable;
  std::int64_t at_last_cut = 0;
  forecast.without_prices().run(
      *outline.plan.program, [&](const engine::Action& action, const engine::Forecast& now) {
        if (!action.describe().starts_with("cut")) return;
        outline.cuts.push_back({now.cursor.step - at_last_cut, now.cursor.kept});
        at_last_cut = now.cursor.step;
      });
  outline.total_steps = forecast.cursor.step;
  outline.fine_tune_steps = forecast.cursor.step - at_last_cut;
  return outline;
}

}  // namespace

TEST(Growing, TrainsTThenTwoTThenThreeTAndSumsToTheBudget) {
  const auto found = outline("growing", settings(0.3, 0.15, 39),
                             {.total_steps = 8602, .steps_per_epoch = 391, .prunable = 84934656});
  ASSERT_EQ(found.cuts.size(), 3U);  // methods.md 3.4: S = 30 %, s = 15 %: 3 rounds
  for (std::size_t i = 0; i < found.cuts.size(); ++i)
    EXPECT_EQ(found.cuts[i].train_steps, 39 * static_cast<std::int64_t>(i + 1));
  EXPECT_EQ(found.total_steps, 8602);
  EXPECT_TRUE(found.plan.notes.empty());
  EXPECT_EQ(found.plan.effective_rate, 0.15);
}

TEST(Growing, NeedsTheRoundsOfTheTable) {
  const std::pair<double, std::size_t> table[] = {{0.3, 3}, {0.4, 4}, {0.5, 5},
                                                  {0.6, 6}, {0.7, 8}, {0.8, 10}};
  for (const auto& [sparsity, rounds] : table)
    EXPECT_EQ(outline("growing", settings(sparsity, 0.15, 39),
                      {.total_steps = 8602, .steps_per_epoch = 391, .prunable = 84934656})
                  .cuts.size(),
              rounds)
        << sparsity;
}

TEST(Growing, EndsAtTheExactCountWhateverTheRate) {
  for (double rate : {0.05, 0.1, 0.15, 0.33, 0.9})
    for (double sparsity : {0.1, 0.5, 0.9, 0.99})
      for (std::int64_t prunable : {7, 100, 131072}) {
        const auto found =
            outline("growing", settings(sparsity, rate, 1),
                    {.total_steps = 1000, .steps_per_epoch = 100, .prunable = prunable});
        std::int64_t before = prunable;
        for (const auto& cut : found.cuts) {
          EXPECT_LT(cut.keep, before);
          before = cut.keep;
        }
        EXPECT_EQ(before, keep_count(sparsity, prunable))
            << rate << " " << sparsity << " " << prunable;
        EXPECT_EQ(found.total_steps, 1000);
      }
}

TEST(Growing, RaisesTheRateWhenTheBudgetIsShortAndSaysSo) {
  const auto found =
      outline("growing", settings(0.9, 0.10, 1137),
              {.total_steps = 113710, .steps_per_epoch = 11371, .prunable = 85524480});
  ASSERT_EQ(found.plan.notes.size(), 1U);  // methods.md 3.4: 22 rounds, 25.3 epochs of 10
  EXPECT_NE(found.plan.notes[0].find("22 rounds"), std::string::npos) << found.plan.notes[0];
  EXPECT_EQ(found.cuts.size(), 9U);  // 9 * 10 / 20 = 4.5 <= 5 epochs
  EXPECT_EQ(found.cuts.back().keep, keep_count(0.9, 85524480));
  EXPECT_NEAR(static_cast<double>(found.cuts[0].keep) / 85524480, std::pow(0.1, 1.0 / 9), 1e-6);
  EXPECT_NEAR(found.plan.effective_rate, 1 - std::pow(0.1, 1.0 / 9), 1e-12);
}

TEST(Growing, RefusesABudgetThatNoRoundFits) {
  EXPECT_THROW(outline("growing", settings(0.5, 0.15, 39),
                       {.total_steps = 60, .steps_per_epoch = 391, .prunable = 1000}),
               ConfigError);
}

TEST(Growing, IsDenseTrainingAtSparsityZero) {
  const auto found = outline("growing", settings(0.0, 0.15, 39),
                             {.total_steps = 60, .steps_per_epoch = 391, .prunable = 1000});
  EXPECT_TRUE(found.cuts.empty());
  EXPECT_EQ(found.fine_tune_steps, 60);
  EXPECT_TRUE(std::isnan(found.plan.effective_rate));
}

TEST(Interval, CutsATenthOfTheOriginalEveryEleventhOfTheBudget) {
  const auto found = outline("interval", settings(0.35, 0.15, 1),
                             {.total_steps = 1100, .steps_per_epoch = 50, .prunable = 1000});
  ASSERT_EQ(found.cuts.size(), 4U);
  const std::int64_t keeps[] = {900, 800, 700, 650};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(found.cuts[i].keep, keeps[i]);
    EXPECT_EQ(found.cuts[i].train_steps, 100);
  }
  EXPECT_EQ(found.fine_tune_steps, 700);
}

TEST(Levels, TrainOncePerTenthAndOnceMore) {
  auto c = settings(0.9, 0.15, 1);
  c.prune.search_share = 0.5;
  const auto found =
      outline("levels", c, {.total_steps = 100, .steps_per_epoch = 50, .prunable = 1000});
  ASSERT_EQ(found.cuts.size(), 9U);
  EXPECT_EQ(found.total_steps, 9 * 50 + 100);
}

TEST(Schedules, RefuseAWarmUpAsLongAsATraining) {
  auto c = settings(0.5, 0.15, 1);
  c.train.warmup_steps = 50;
  const prune::Budget budget{.total_steps = 50, .steps_per_epoch = 10, .prunable = 1000};
  EXPECT_THROW(outline("growing", c, budget), ConfigError);
  c.train.warmup_steps = 30;
  EXPECT_NO_THROW(outline("growing", c, budget));
  c.prune.search_share = 0.5;  // each search training of LTH has 25 steps
  EXPECT_THROW(outline("levels", c, budget), ConfigError);
}

TEST(Budget, KeepsTheLastPartialBatchOfAnEpoch) {
  config::TrainConfig train;
  train.batch = 128;
  train.epochs = 22;
  const auto budget = prune::make_budget(train, 60000, 1, 5000);
  EXPECT_EQ(budget.steps_per_epoch, 469);  // methods.md 3.4: MNIST
  EXPECT_EQ(budget.total_steps, 10318);
}
