// SPDX-License-Identifier: Apache-2.0
#include "prune/pipeline.hpp"

#include <gtest/gtest.h>

#include "core/sparsity.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

struct Ended {
  mask::Mask mask;
  std::vector<float> weights;
  io::RunResult result;
};

Ended run(const std::function<void(config::RunConfig&)>& change) {
  test::ToyRun toy(change);
  auto state = toy.fresh_state();
  toy.run(state);
  return {state.mask, test::weights_of(state), toy.result};
}

auto method(const char* name, double sparsity = 0.5) {
  return [=](config::RunConfig& c) {
    c.prune.method = name;
    c.prune.sparsity = sparsity;
  };
}

}  // namespace

TEST(Pipeline, EveryMethodEndsAtTheExactCountWithZerosWherePruned) {
  for (const char* name : {"random", "one_shot", "progressive", "lth", "isp"}) {
    const auto ended = run(method(name, 0.37));
    EXPECT_EQ(ended.mask.kept(), keep_count(0.37, ended.mask.size())) << name;
    for (std::int64_t i = 0; i < ended.mask.size(); ++i)
      if (!ended.mask[i]) {
        ASSERT_EQ(ended.weights[static_cast<std::size_t>(i)], 0.0F) << name;
      }
  }
}

TEST(Pipeline, DenseTrainsTheWholeBudgetAndPrunesNothing) {
  const auto ended = run(method("dense"));
  EXPECT_EQ(ended.mask.kept(), ended.mask.size());
  EXPECT_EQ(ended.result.train.size(), 30U);
  EXPECT_TRUE(ended.result.rounds.empty());
}

TEST(Pipeline, CutsAreNestedAndTheirRowsAddUpToTheBudget) {
  for (const char* rule : {"votes", "released"}) {
    const auto ended = run([&](config::RunConfig& c) {
      method("isp", 0.7)(c);
      c.isp.union_rule = rule;
    });
    std::int64_t steps = 0, before = ended.mask.size();
    for (const auto& row : ended.result.rounds) {
      EXPECT_EQ(row.kept_before, before);
      EXPECT_LE(row.kept_after, row.kept_before);
      before = row.kept_after;
      steps += row.train_steps;
    }
    EXPECT_EQ(before, ended.mask.kept());
    EXPECT_LT(steps, 30);
    EXPECT_EQ(ended.result.train.size(), 30U) << "rounds and fine-tuning sum to T";
  }
}

TEST(Pipeline, IspKeepsOneLearningRateLineAcrossCuts) {
  const auto ended = run(method("isp"));
  for (std::size_t n = 0; n < ended.result.train.size(); ++n)
    EXPECT_DOUBLE_EQ(ended.result.train[n].lr, 3e-3 * static_cast<double>(30 - n) / 30.0);
}

TEST(Pipeline, LthStartsALineOfItsOwnForEveryTraining) {
  const auto ended = run([](config::RunConfig& c) {
    method("lth", 0.2)(c);
    c.train.steps = 10;
    c.prune.search_share = 1.0;
  });
  ASSERT_EQ(ended.result.train.size(), 30U);
  for (std::size_t n = 0; n < 30; ++n)
    EXPECT_DOUBLE_EQ(ended.result.train[n].lr, 3e-3 * static_cast<double>(10 - n % 10) / 10.0);
}

TEST(Pipeline, LthRewindsEveryTensorToTheInitialWeights) {
  // steps too small to see: what ends is what the last rewind left, the initial weights under the
  // mask
  test::ToyRun toy([](config::RunConfig& c) {
    method("lth", 0.3)(c);
    c.train.steps = 1;
    c.train.lr = 1e-30;
  });
  auto state = toy.fresh_state();
  const auto initial = test::weights_of(state);
  toy.run(state);
  const auto ended = test::weights_of(state);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const bool pruned = static_cast<std::int64_t>(i) < state.mask.size() &&
                        !state.mask[static_cast<std::int64_t>(i)];
    ASSERT_NEAR(ended[i], pruned ? 0.0F : initial[i], 1e-20);
  }
}

TEST(Pipeline, OneShotPrunesTheInitialWeightsByMagnitude) {
  test::ToyRun toy(method("one_shot"));
  auto state = toy.fresh_state();
  const auto initial = test::weights_of(state);
  toy.run(state);
  float largest_pruned = 0, smallest_kept = 1e9F;
  for (std::int64_t i = 0; i < state.mask.size(); ++i) {
    const float w = std::abs(initial[static_cast<std::size_t>(i)]);
    (state.mask[i] ? smallest_kept : largest_pruned) =
        state.mask[i] ? std::min(smallest_kept, w) : std::max(largest_pruned, w);
  }
  EXPECT_LE(largest_pruned, smallest_kept);
}

TEST(Pipeline, LiteralUnionAndNoDenoiserEndInTheSameBits) {
  const auto literal = run([](config::RunConfig& c) {
    method("isp")(c);
    c.isp.union_rule = "literal";
  });
  const auto none = run([](config::RunConfig& c) {
    method("isp")(c);
    c.isp.denoisers = 0;
  });
  EXPECT_EQ(literal.mask, none.mask);
  EXPECT_EQ(literal.weights, none.weights);
}

TEST(Pipeline, EndsInTheBitsOfOneRankUnderFixedReduction) {
  for (const char* name : {"isp", "lth"}) {
    const auto together = run(method(name));
    const auto alone = test::alone([&] { return run(method(name)); });
    EXPECT_EQ(together.mask, alone.mask) << name;
    EXPECT_EQ(together.weights, alone.weights) << name;
  }
}

TEST(Pipeline, SelectsTheBestOnValidationAtTheFinalSparsity) {
  test::ToyRun toy([](config::RunConfig& c) {
    method("isp")(c);
    c.train.select = "validation";
    c.train.evaluate_every = 5;
  });
  auto state = toy.fresh_state();
  const auto reported = toy.run(state);
  double best = 0;
  for (const auto& row : toy.result.validation_curve)
    if (row.sparsity == state.mask.sparsity()) best = std::max(best, row.metric);
  EXPECT_EQ(
      reported.scores.primary,
      train::evaluate(toy.context, state.arena, state.mask, toy.splits.validation).scores.primary);
  EXPECT_EQ(reported.scores.primary, best);
}
