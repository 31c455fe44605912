// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "prune/observe_mask.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// A mask of 100 weights that prunes 20 from `first` on.
train::SharedMask pruned_from(std::int64_t first) {
  auto mask = mask::Mask::all(100);
  for (std::int64_t i = first; i < first + 20; ++i) mask.set(i, false);
  return std::make_shared<const mask::Mask>(std::move(mask));
}

std::vector<train::SharedMask> sequence(const std::vector<std::int64_t>& firsts) {
  std::vector<train::SharedMask> masks;
  for (const auto first : firsts) masks.push_back(pruned_from(first));
  return masks;
}

auto early_bird(double distance) {
  return [=](config::RunConfig& c) {
    c.prune.method = "early_bird";
    c.prune.early_bird_distance = distance;
    c.prune.early_bird_steps = 3;  // T = 30: checkpoints at 0, 3, ..., 15
  };
}

struct Ended {
  engine::RunState state;
  test::ToyRun toy;
  explicit Ended(const test::Change& change)
      : state(test::ToyRun(change).fresh_state()), toy(change) {
    toy.run(state);
  }
  const io::EarlyBirdRow& last() const { return state.records.early_bird.back(); }
};

}  // namespace

TEST(MaskDistance, IsCountedAgainstEachOfTheFourMasksBefore) {
  const auto row = prune::compare_with(sequence({7, 0, 1, 2, 4}), *pruned_from(5), 0.1);
  EXPECT_EQ(row.differs_1, 2);   // 4 and 5: one weight goes, one comes
  EXPECT_EQ(row.differs_2, 6);   // 2 and 5
  EXPECT_EQ(row.differs_3, 8);   // 1 and 5
  EXPECT_EQ(row.differs_4, 10);  // 0 and 5; the mask before these does not count
  EXPECT_DOUBLE_EQ(row.distance, 0.1);
  EXPECT_EQ(row.drawn, 1) << "the largest is no more than the tolerance";
}

TEST(MaskDistance, DrawsNothingWhereOneOfTheFourIsTooFar) {
  const auto row = prune::compare_with(sequence({0, 5, 5, 5}), *pruned_from(5), 0.0999);
  EXPECT_EQ(row.differs_1, 0);
  EXPECT_DOUBLE_EQ(row.distance, 0.1);
  EXPECT_EQ(row.drawn, 0);
}

TEST(MaskDistance, DrawsNothingBeforeThereAreFour) {
  const auto row = prune::compare_with(sequence({5, 5, 5}), *pruned_from(5), 1);
  EXPECT_EQ(row.differs_3, 0);
  EXPECT_EQ(row.differs_4, -1);
  EXPECT_TRUE(std::isnan(row.distance));
  EXPECT_EQ(row.drawn, 0);
}

TEST(EarlyBird, DrawsTheFifthMaskAtTheEarliest) {
  const Ended ended(early_bird(1));
  const auto& rows = ended.state.records.early_bird;
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(rows[i].checkpoint, static_cast<std::int64_t>(i));
    EXPECT_EQ(rows[i].step, 3 * static_cast<std::int64_t>(i));
    EXPECT_EQ(rows[i].drawn, i == 4 ? 1 : 0);
  }
  ASSERT_EQ(ended.state.records.rounds.size(), 1U);
  EXPECT_EQ(ended.state.records.rounds[0].train_steps, 12);
  EXPECT_EQ(ended.state.mask->kept(), 2048);
  EXPECT_TRUE(ended.state.observed.empty());
  EXPECT_TRUE(ended.state.records.events.empty());
}

TEST(EarlyBird, TakesTheLastMaskOfItsSearchAndSaysSo) {
  const Ended ended(early_bird(0));
  EXPECT_EQ(ended.state.records.early_bird.size(), 6U);
  EXPECT_EQ(ended.last().drawn, 1);
  EXPECT_GT(ended.last().distance, 0);
  ASSERT_EQ(ended.state.records.events.size(), 1U);
  EXPECT_NE(ended.state.records.events[0].what.find("no mask settled"), std::string::npos);
  EXPECT_EQ(ended.state.records.rounds[0].train_steps, 15);
}

TEST(EarlyBird, DrawsWhereTheDistancesSayItNotBefore) {
  const Ended all(early_bird(0));
  const auto& rows = all.state.records.early_bird;
  ASSERT_LT(rows[5].distance, rows[4].distance) << "masks settle";
  const Ended between(early_bird((rows[4].distance + rows[5].distance) / 2));
  EXPECT_EQ(between.state.records.rounds[0].train_steps, 15);
  EXPECT_TRUE(between.state.records.events.empty());
}

TEST(EarlyBird, TrainsOnWithOneLineAndOneOptimizer) {
  const Ended ended(early_bird(1));
  ASSERT_EQ(ended.state.records.train.size(), 30U);
  for (std::size_t n = 0; n < 30; ++n)
    EXPECT_DOUBLE_EQ(ended.state.records.train[n].lr, 3e-3 * static_cast<double>(30 - n) / 30);
  EXPECT_EQ(ended.state.moments.steps, 30);
  EXPECT_EQ(ended.state.ledger.work_of(Phase::train).steps, 12);
  EXPECT_EQ(ended.state.ledger.work_of(Phase::fine_tune).steps, 18);
}

TEST(EarlyBird, EndsInTheBitsOfOneRank) {
  const auto run = [] {
    const Ended ended(early_bird(0.05));
    return std::pair(*ended.state.mask, test::weights_of(ended.state));
  };
  EXPECT_EQ(run(), test::alone(run));
}

TEST(EarlyBird, SaysWhenItMayDraw) {
  const test::ToyRun toy(early_bird(0.1));
  ASSERT_FALSE(toy.plan.notes.empty());
  EXPECT_EQ(toy.plan.notes[0], "the mask is drawn at step 12 at the earliest, 15 at the latest");
}

TEST(EarlyBird, LooksMoreOftenInAShortTraining) {
  const test::ToyRun toy([](config::RunConfig& c) {
    c.prune.method = "early_bird";
    c.train.steps = 64;  // an epoch has 13 steps, half of T 32
  });
  EXPECT_EQ(toy.plan.notes[0], "a mask is looked at every 4 steps: an epoch has 13, the search 32");
}

TEST(EarlyBird, RefusesASearchThatIsTooShort) {
  EXPECT_THROW(test::ToyRun([](config::RunConfig& c) {
                 c.prune.method = "early_bird";
                 c.prune.early_bird_steps = 4;  // 15 steps hold three intervals
               }),
               ConfigError);
  EXPECT_THROW(test::ToyRun([](config::RunConfig& c) { c.prune.schedule = "early_bird"; }),
               ConfigError)
      << "with look-aheads";
}
