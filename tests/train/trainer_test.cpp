// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// Keep every third prunable weight.
mask::Mask third(const model::Layout& layout) {
  auto mask = mask::Mask::none(layout.prunable());
  for (std::int64_t i = 0; i < mask.size(); i += 3) mask.set(i, true);
  return mask;
}

std::vector<float> train_steps(const std::string& reduction, std::int64_t steps,
                               std::vector<io::MetricRow>* rows = nullptr) {
  test::ToyRun toy([&](config::RunConfig& c) { c.dist.reduction = reduction; });
  auto state = toy.fresh_state();
  train::Trainer(toy.context).advance(state, steps, "train");
  if (rows) *rows = toy.result.train;
  return test::weights_of(state);
}

}  // namespace

TEST(Trainer, LearnsTheToyTask) {
  test::ToyRun toy([](config::RunConfig& c) {
    c.train.steps = 150;
    c.train.lr = 1e-2;
  });
  auto state = toy.fresh_state();
  train::Trainer(toy.context).advance(state, 150, "train");
  EXPECT_GT(train::evaluate(toy.context, state.arena, state.mask, toy.splits.test).scores.primary,
            0.6);  // chance: 0.25
}

TEST(Trainer, LeavesEveryRankWithTheSameWeights) {
  for (const char* reduction : {"fast", "fixed"}) {
    const auto weights = train_steps(reduction, 10);
    std::uint64_t hash = 0;
    for (const float w : weights) hash = hash * 31 + std::bit_cast<std::uint32_t>(w);
    EXPECT_TRUE(test::world().same_on_all_ranks(hash)) << reduction;
  }
}

TEST(Trainer, FixedReductionGivesTheBitsOfOneRank) {
  // oracle: the same shards summed in the same tree on this rank alone
  const auto weights = train_steps("fixed", 10);
  const auto alone = test::alone([] { return train_steps("fixed", 10); });
  EXPECT_EQ(weights, alone);
}

TEST(Trainer, FastReductionGivesTheLossOfOneRankTo1e6) {
  std::vector<io::MetricRow> rows, alone_rows;
  train_steps("fast", 10, &rows);
  test::alone([&] { return train_steps("fast", 10, &alone_rows); });
  ASSERT_EQ(rows.size(), alone_rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(rows[i].loss, alone_rows[i].loss, 1e-6 * std::max(1.0, alone_rows[i].loss));
}

TEST(Trainer, MovesEveryTrainedTensor) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  const auto before = test::weights_of(state);
  train::Trainer(toy.context).advance(state, 3, "train");
  const auto after = test::weights_of(state);
  for (const auto& tensor : state.arena.layout().tensors()) {
    const auto begin = static_cast<std::size_t>(tensor.offset),
               size = static_cast<std::size_t>(tensor.size);
    EXPECT_FALSE(std::equal(before.begin() + static_cast<std::ptrdiff_t>(begin),
                            before.begin() + static_cast<std::ptrdiff_t>(begin + size),
                            after.begin() + static_cast<std::ptrdiff_t>(begin)))
        << tensor.name << " is frozen";
  }
}

TEST(Trainer, KeepsPrunedWeightsAtZeroAndHasNoMomentsForThem) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  state.mask = third(state.arena.layout());
  train::Trainer trainer(toy.context);
  for (int i = 0; i < 3; ++i) {
    trainer.advance(state, 1, "train");
    for (std::int64_t j = 0; j < state.mask.size(); ++j)
      ASSERT_TRUE(state.mask[j] || state.arena.host_weights()[static_cast<std::size_t>(j)] == 0.0F);
    const std::int64_t kept =
        state.arena.layout().trained() - state.mask.size() + state.mask.kept();
    ASSERT_EQ(state.optimizer.first_moment().numel(), kept);
    ASSERT_EQ(state.optimizer.second_moment().numel(), kept);
  }
}

TEST(Trainer, CarriesTheMomentsOfKeptWeightsOverACut) {
  test::ToyRun toy;
  auto pruned_at_once = toy.fresh_state(), pruned_later = toy.fresh_state();
  const auto mask = third(pruned_later.arena.layout());
  for (auto* state : {&pruned_later, &pruned_at_once})
    std::ranges::fill(state->arena.host_gradients(), 1e-4F);  // too small to be clipped
  pruned_later.optimizer.step(pruned_later.arena, pruned_later.mask, 1e-3, 0.0);
  pruned_later.optimizer.prune(pruned_later.arena, mask);
  pruned_at_once.optimizer.step(pruned_at_once.arena, mask, 1e-3, 0.0);
  for (auto* state : {&pruned_later, &pruned_at_once})
    state->optimizer.step(state->arena, mask, 1e-3, 0.0);
  EXPECT_TRUE(pruned_later.optimizer.first_moment().equal(pruned_at_once.optimizer.first_moment()));
  EXPECT_TRUE(
      pruned_later.optimizer.second_moment().equal(pruned_at_once.optimizer.second_moment()));
}

TEST(Trainer, ClipsByTheNormOfKeptWeightsOnly) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  state.mask = third(state.arena.layout());
  const auto gradients = state.arena.host_gradients();
  std::ranges::fill(gradients, 0.0F);
  gradients[0] = 3.0F;  // kept
  gradients[1] = 1e6F;  // pruned
  gradients[3] = 4.0F;  // kept
  EXPECT_DOUBLE_EQ(state.optimizer.step(state.arena, state.mask, 1e-3, 0.0), 5.0);
}

TEST(Trainer, StopsAllRanksBeforeTheStepThatIsNotFinite) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  train::Trainer trainer(toy.context);
  trainer.advance(state, 2, "train");
  toy.images->break_after(0);
  const auto before = test::hash_of(state);
  try {
    trainer.advance(state, 1, "train");
    FAIL() << "NaN pixels were trained on";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::not_finite);
    EXPECT_NE(std::string(error.what()).find("optimizer step 3"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(test::hash_of(state), before);
}

TEST(Trainer, CountsTheFlopsOfEveryStep) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  train::Trainer(toy.context).advance(state, 5, "train");
  // by hand: 4 patches + class token = 5 tokens, width 16, 2 blocks of 4*16*16 + 2*16*32 = 2048
  // prunable weights each
  const double prunable = 2.0 * 5 * 2 * 2048, attention = 2.0 * 4 * 5 * 5 * 16,
               patches = 2.0 * 4 * 4 * 16, head = 2.0 * 4 * 16;
  const auto& cost = toy.ledger.at("train");
  EXPECT_EQ(cost.steps, 5);
  EXPECT_EQ(cost.samples, 5 * 16);
  EXPECT_DOUBLE_EQ(cost.flops_executed, 3.0 * 80 * (prunable + attention + patches + head));
  EXPECT_DOUBLE_EQ(cost.flops_theoretical, cost.flops_executed);
}

TEST(Evaluate, GivesTheSameBitsOnEveryNumberOfRanks) {
  test::ToyRun toy;
  const auto state = toy.fresh_state();
  const auto evaluation = train::evaluate(toy.context, state.arena, state.mask, toy.splits.train);
  const auto alone = test::alone([] {
    test::ToyRun own;
    const auto own_state = own.fresh_state();
    return train::evaluate(own.context, own_state.arena, own_state.mask, own.splits.train);
  });
  EXPECT_EQ(evaluation.loss, alone.loss);
  EXPECT_EQ(evaluation.scores.primary, alone.scores.primary);
}
