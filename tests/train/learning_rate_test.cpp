// SPDX-License-Identifier: Apache-2.0
#include "train/learning_rate.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

using stockpot::config::TrainConfig;
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

TEST(LearningRateLine, DropsAtFractionsOfTheBudgetAndStaysBetween) {
  TrainConfig config;
  config.lr = 8.0;
  config.schedule = "steps";
  const auto line = stockpot::train::line_of(config, 8);
  for (const auto n : {0, 3}) EXPECT_DOUBLE_EQ(line.at(n), 8.0);
  for (const auto n : {4, 5}) EXPECT_DOUBLE_EQ(line.at(n), 0.8);
  for (const auto n : {6, 7}) EXPECT_DOUBLE_EQ(line.at(n), 0.08);
}

TEST(LearningRateLine, DropsAfterAWarmUp) {
  TrainConfig config;
  config.lr = 8.0;
  config.schedule = "steps";
  config.warmup_steps = 2;
  config.drop_at = "0.5";
  config.drop_factor = 0.25;
  const auto line = stockpot::train::line_of(config, 6);
  EXPECT_DOUBLE_EQ(line.at(1), 4.0);
  EXPECT_DOUBLE_EQ(line.at(2), 8.0);
  EXPECT_DOUBLE_EQ(line.at(3), 2.0);
}

TEST(LearningRateLine, DropsAtTheEpochsOfTheLotteryPoolsPaper) {
  // 45,000 images in batches of 128: 352 steps per epoch
  TrainConfig config;
  config.schedule = "steps";
  config.lr = 0.1;
  config.drop_at = "0.5 0.747253";  // as in configs/papers
  const auto line = stockpot::train::line_of(config, std::int64_t{182} * 352);
  EXPECT_DOUBLE_EQ(line.at(91 * 352 - 1), 0.1);
  EXPECT_DOUBLE_EQ(line.at(91 * 352), 0.01);
  EXPECT_DOUBLE_EQ(line.at(136 * 352 - 1), 0.01);
  EXPECT_DOUBLE_EQ(line.at(136 * 352), 0.001);
}

TEST(LearningRateLine, DropsAsTorchsMultiStepLR) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/sgd.json");
  const auto golden = nlohmann::json::parse(file);
  TrainConfig config;
  config.schedule = "steps";
  config.lr = golden["setting"]["lr"];
  const auto line = stockpot::train::line_of(config, 20);
  for (std::size_t step = 0; step < 20; ++step)
    EXPECT_DOUBLE_EQ(line.at(static_cast<std::int64_t>(step)), golden["rates"][step].get<double>());
}
