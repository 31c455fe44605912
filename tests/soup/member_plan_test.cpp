// SPDX-License-Identifier: Apache-2.0
#include "soup/member_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace stockpot;
using namespace stockpot::soup;

namespace {

std::vector<MemberPlan> plans(const config::RunConfig& config, std::int64_t steps) {
  return plan_members(make_recipe(config.soup), config, steps);
}

}  // namespace

TEST(MemberPlan, CombinesTheListsWithTheFirstRunningFastest) {
  config::RunConfig config;
  config.train.batch = 32;
  config.soup.method = "greedy";
  config.soup.lrs = "1e-5 2e-5";
  config.soup.weight_decays = "0.1 0.01";
  config.soup.batches = "16 32";
  const auto all = plans(config, 100);
  ASSERT_EQ(all.size(), 8U);
  const auto expect = [&](std::size_t k, double lr, double decay, std::int64_t batch) {
    EXPECT_EQ(all[k].line.initial, lr) << k;
    EXPECT_EQ(all[k].weight_decay, decay) << k;
    EXPECT_EQ(all[k].batch, batch) << k;
    EXPECT_EQ(all[k].steps, batch == 16 ? 200 : 100) << "as many epochs";
  };
  expect(0, 1e-5, 0.1, 16);
  expect(1, 2e-5, 0.1, 16);
  expect(2, 1e-5, 0.01, 16);
  expect(7, 2e-5, 0.01, 32);
  EXPECT_EQ(all[7].lr(0), 2e-5);
  EXPECT_EQ(all[7].lr(50), 1e-5) << "half way down the line";
}

TEST(MemberPlan, OfWeakModelsHasConstantRatesWithinTheDecadesAndSparsitiesInTurn) {
  config::RunConfig config;
  config.soup.method = "ims";
  config.soup.count = 7;
  config.soup.steps = 40;
  config.soup.sparsities = "0.1:0.2:0.5";
  std::set<std::uint64_t> seeds;
  const auto all = plans(config, 1000);
  for (std::size_t k = 0; k < 7; ++k) {
    EXPECT_EQ(all[k].steps, 40);
    EXPECT_DOUBLE_EQ(all[k].sparsity, 0.1 + 0.2 * static_cast<double>(k % 3));
    EXPECT_EQ(all[k].lr(0), all[k].lr(39));
    EXPECT_LE(std::abs(std::log10(all[k].lr(0) / config.train.lr)), config.soup.lr_decades);
    seeds.insert(all[k].seed);
  }
  EXPECT_EQ(seeds.size(), 7U);
}

TEST(MemberPlan, DependsOnTheSeedAlone) {
  config::RunConfig config;
  config.soup.method = "uniform";
  const auto a = plans(config, 10), b = plans(config, 10);
  config.seed = 1;
  const auto c = plans(config, 10);
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].seed, b[k].seed);
    EXPECT_EQ(a[k].line.initial, b[k].line.initial);
    EXPECT_NE(a[k].seed, c[k].seed);
  }
}
