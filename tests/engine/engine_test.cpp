// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.hpp"
#include "engine/state_bytes.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// Keep every third prunable weight.
mask::Mask third(const model::Layout& layout) {
  auto mask = mask::Mask::none(layout.prunable());
  for (std::int64_t i = 0; i < mask.size(); i += 3) mask.set(i, true);
  return mask;
}

struct Trained {
  std::vector<float> weights;
  std::vector<io::MetricRow> rows;
};

Trained train_steps(const std::string& reduction, std::int64_t steps) {
  test::ToyRun toy([&](config::RunConfig& c) { c.dist.reduction = reduction; });
  auto state = toy.fresh_state();
  toy.train(state, steps);
  return {test::weights_of(state), state.records.train};
}

}  // namespace

TEST(Engine, LearnsTheToyTask) {
  test::ToyRun toy([](config::RunConfig& c) {
    c.train.steps = 150;
    c.train.lr = 1e-2;
  });
  auto state = toy.fresh_state();
  toy.train(state, 150);
  EXPECT_GT(toy.engine.evaluate(state, toy.splits.test).scores.primary, 0.6);  // chance: 0.25
}

TEST(Engine, LeavesEveryRankWithTheSameWeights) {
  for (const char* reduction : {"fast", "fixed"}) {
    std::uint64_t hash = 0;
    for (const float w : train_steps(reduction, 10).weights)
      hash = hash * 31 + std::bit_cast<std::uint32_t>(w);
    EXPECT_TRUE(test::world().same_on_all_ranks(hash)) << reduction;
  }
}

TEST(Engine, TrainsToTheBitsOfOneRankUnderFixedReduction) {
  // oracle: the same shards summed in the same tree on this rank alone
  const auto weights = train_steps("fixed", 10).weights;
  EXPECT_EQ(weights, test::alone([] { return train_steps("fixed", 10).weights; }));
}

TEST(Engine, TrainsToTheLossOfOneRankTo1e6UnderFastReduction) {
  const auto rows = train_steps("fast", 10).rows;
  const auto alone = test::alone([] { return train_steps("fast", 10).rows; });
  ASSERT_EQ(rows.size(), alone.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(rows[i].loss, alone[i].loss, 1e-6 * std::max(1.0, alone[i].loss));
}

TEST(Engine, MovesEveryTrainedTensor) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  const auto before = test::weights_of(state);
  toy.train(state, 3);
  const auto after = test::weights_of(state);
  for (const auto& tensor : state.weights.layout().tensors()) {
    const auto begin = before.begin() + tensor.offset;
    EXPECT_FALSE(std::equal(begin, begin + tensor.size, after.begin() + tensor.offset))
        << tensor.name << " is frozen";
  }
}

TEST(Engine, KeepsPrunedWeightsAtZeroAndHasNoMomentsForThem) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.engine.adopt(state, third(state.weights.layout()));
  for (int i = 0; i < 3; ++i) {
    toy.train(state, 1);
    for (std::int64_t j = 0; j < state.mask->size(); ++j)
      ASSERT_TRUE((*state.mask)[j] || state.weights.host()[static_cast<std::size_t>(j)] == 0.0F);
    const auto kept = state.weights.layout().trained() - state.mask->size() + state.mask->kept();
    ASSERT_EQ(state.moments.first.numel(), kept);
    ASSERT_EQ(state.moments.second.numel(), kept);
  }
}

TEST(Engine, CarriesTheMomentsOfKeptWeightsOverACut) {
  // gradients of the same size everywhere, too small to be clipped: only the mask differs
  test::ToyRun toy;
  const auto optimizer = train::make_optimizer(toy.config.train);
  auto pruned_at_once = toy.fresh_state(), pruned_later = toy.fresh_state();
  const auto mask = third(pruned_later.weights.layout());
  const auto step = [&](engine::RunState& state) {
    auto& gradients = toy.engine.gradients(state);
    std::ranges::fill(gradients.host(), 1e-4F);
    optimizer->step(state.weights, gradients, state.moments, toy.engine.placed_mask(state),
                    {.lr = 1e-3});
  };
  step(pruned_later);
  toy.engine.adopt(pruned_later, mask);
  step(pruned_later);
  toy.engine.adopt(pruned_at_once, mask);
  step(pruned_at_once);
  step(pruned_at_once);
  EXPECT_TRUE(pruned_later.moments.first.equal(pruned_at_once.moments.first));
  EXPECT_TRUE(pruned_later.moments.second.equal(pruned_at_once.moments.second));
}

TEST(AdamW, ClipsByTheNormOfKeptWeightsOnly) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.engine.adopt(state, third(state.weights.layout()));
  auto& gradients = toy.engine.gradients(state);
  const auto values = gradients.host();
  std::ranges::fill(values, 0.0F);
  values[0] = 3.0F;  // kept
  values[1] = 1e6F;  // pruned
  values[3] = 4.0F;  // kept
  EXPECT_DOUBLE_EQ(train::make_optimizer(toy.config.train)
                       ->step(state.weights, gradients, state.moments,
                              toy.engine.placed_mask(state), {.lr = 1e-3}),
                   5.0);
}

TEST(Engine, StopsAllRanksBeforeTheStepThatIsNotFinite) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.train(state, 2);
  toy.images->break_after(0);
  const auto before = engine::hash_of(state);
  try {
    toy.train(state, 1);
    FAIL() << "NaN pixels were trained on";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::not_finite);
    EXPECT_NE(std::string(error.what()).find("optimizer step 3"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(engine::hash_of(state), before);
}

TEST(Engine, CountsTheFlopsOfEveryStepExactly) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.train(state, 5);
  // by hand: 4 patches + class token = 5 tokens, width 16, 2 blocks of 4*16*16 + 2*16*32 = 2048
  // prunable weights each
  const std::int64_t prunable = 2 * 5 * 2 * 2048, attention = 2 * 4 * 5 * 5 * 16,
                     patches = 2 * 4 * 4 * 16, head = 2 * 4 * 16;
  const auto work = state.ledger.work_of(Phase::train);
  EXPECT_EQ(work.steps, 5);
  EXPECT_EQ(work.samples, 5 * 16);
  EXPECT_EQ(work.flops_executed, 3 * 80 * (prunable + attention + patches + head));
  EXPECT_EQ(work.flops_theoretical, work.flops_executed);
}

TEST(Engine, BooksTheSameCostOnEveryNumberOfRanks) {
  const auto cost = [] {
    std::vector<Work> all;
    for (const char* name : {"isp", "lth"})
      for (const char* reduction : {"fast", "fixed"}) {
        test::ToyRun toy([&](config::RunConfig& c) {
          c.prune.method = name;
          c.dist.reduction = reduction;
        });
        auto state = toy.fresh_state();
        toy.run(state);
        for (const auto phase :
             {Phase::train, Phase::look_ahead, Phase::score, Phase::evaluate, Phase::fine_tune})
          all.push_back(state.ledger.work_of(phase));
      }
    return all;
  };
  const auto together = cost();
  EXPECT_EQ(together, test::alone(cost));
}

TEST(CostLedger, RefusesACountThatPasses2To63) {
  CostLedger ledger;
  ledger.book(Phase::train, {.flops_executed = std::numeric_limits<std::int64_t>::max()}, {});
  EXPECT_THROW(ledger.book(Phase::train, {.flops_executed = 1}, {}), LogicError);
}

TEST(Gradients, LeaveTheWeightsAsTheyWereWhenTheyEnd) {
  test::ToyRun toy;
  const auto state = toy.fresh_state();
  {
    const model::Gradients gradients(state.weights);
  }
  for (std::size_t i = 0; i < state.weights.layout().leaves().size(); ++i)
    EXPECT_FALSE(state.weights[i].requires_grad());
  const model::Gradients again(state.weights);  // one set at a time, one after the other
  EXPECT_THROW(model::Gradients second(state.weights), LogicError);
}
