// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

struct Ended {
  mask::Mask mask;
  std::vector<float> weights;
  engine::Records records;
};

Ended run(const test::Change& change) {
  test::ToyRun toy(change);
  auto state = toy.fresh_state();
  toy.run(state);
  return {*state.mask, test::weights_of(state), state.records};
}

auto method(const char* name, double sparsity = 0.5) {
  return [=](config::RunConfig& c) {
    c.prune.method = name;
    c.prune.sparsity = sparsity;
  };
}

}  // namespace

TEST(Methods, EveryMethodEndsAtTheExactCountWithZerosWherePruned) {
  for (const char* name : {"random", "one_shot", "progressive", "lth", "isp"}) {
    const auto ended = run(method(name, 0.37));
    EXPECT_EQ(ended.mask.kept(), keep_count(0.37, ended.mask.size())) << name;
    for (std::int64_t i = 0; i < ended.mask.size(); ++i)
      if (!ended.mask[i]) {
        ASSERT_EQ(ended.weights[static_cast<std::size_t>(i)], 0.0F) << name;
      }
  }
}

TEST(Methods, DenseTrainsTheWholeBudgetAndPrunesNothing) {
  const auto ended = run(method("dense"));
  EXPECT_EQ(ended.mask.kept(), ended.mask.size());
  EXPECT_EQ(ended.records.train.size(), 30U);
  EXPECT_TRUE(ended.records.rounds.empty());
}

TEST(Methods, CutsAreNestedAndTheirRowsAddUpToTheBudget) {
  for (const char* rule : {"votes", "released"}) {
    const auto ended = run([&](config::RunConfig& c) {
      method("isp", 0.7)(c);
      c.isp.union_rule = rule;
    });
    std::int64_t steps = 0, before = ended.mask.size();
    for (const auto& row : ended.records.rounds) {
      EXPECT_EQ(row.kept_before, before);
      EXPECT_LE(row.kept_after, row.kept_before);
      before = row.kept_after;
      steps += row.train_steps;
    }
    EXPECT_EQ(before, ended.mask.kept());
    EXPECT_LT(steps, 30);
    EXPECT_EQ(ended.records.train.size(), 30U) << "rounds and fine-tuning sum to T";
  }
}

TEST(Methods, IspKeepsOneLearningRateLineAcrossCuts) {
  const auto ended = run(method("isp"));
  for (std::size_t n = 0; n < ended.records.train.size(); ++n)
    EXPECT_DOUBLE_EQ(ended.records.train[n].lr, 3e-3 * static_cast<double>(30 - n) / 30.0);
}

TEST(Methods, LthStartsALineOfItsOwnForEveryTraining) {
  const auto ended = run([](config::RunConfig& c) {
    method("lth", 0.2)(c);
    c.train.steps = 10;
    c.prune.search_share = 1.0;
  });
  ASSERT_EQ(ended.records.train.size(), 30U);
  for (std::size_t n = 0; n < 30; ++n)
    EXPECT_DOUBLE_EQ(ended.records.train[n].lr, 3e-3 * static_cast<double>(10 - n % 10) / 10.0);
}

TEST(Methods, LthRewindsEveryTensorToTheInitialWeights) {
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
    const auto weight = static_cast<std::int64_t>(i);
    const bool pruned = weight < state.mask->size() && !(*state.mask)[weight];
    ASSERT_NEAR(ended[i], pruned ? 0.0F : initial[i], 1e-20);
  }
}

namespace {

/// Looks at a state right after each rewind of weights.
class AfterRewind final : public engine::Observer {
 public:
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    if (action.describe().find("weights to initial") == std::string::npos) return;
    ++rewinds;
    largest_moment = std::max(largest_moment, state.moments.first.abs().max().item().toDouble());
    adam_steps = std::max(adam_steps, state.moments.steps);
    position = state.cursor.position;
  }
  int rewinds = 0;
  double largest_moment = 0;
  std::int64_t adam_steps = 0, position = 0;
};

}  // namespace

TEST(Methods, RewindingWeightsForgetsTheirMomentsAndGoesOnAlongTheLine) {
  for (const char* schedule : {"growing", "interval"}) {
    AfterRewind after;
    test::ToyRun toy(
        [&](config::RunConfig& c) {
          method("isp")(c);
          c.prune.schedule = schedule;
          c.prune.rewind = "initial";
          c.prune.every_steps = 4;
        },
        &after);
    auto state = toy.fresh_state();
    toy.run(state);
    EXPECT_GE(after.rewinds, 2) << schedule;
    EXPECT_EQ(after.largest_moment, 0.0) << schedule;
    EXPECT_EQ(after.adam_steps, 0) << schedule;
    EXPECT_GT(after.position, 0) << schedule << ": the learning-rate line is not rewound";
  }
}

TEST(Methods, OneShotPrunesTheInitialWeightsByMagnitude) {
  test::ToyRun toy(method("one_shot"));
  auto state = toy.fresh_state();
  const auto initial = test::weights_of(state);
  toy.run(state);
  float largest_pruned = 0, smallest_kept = 1e9F;
  for (std::int64_t i = 0; i < state.mask->size(); ++i) {
    const float w = std::abs(initial[static_cast<std::size_t>(i)]);
    if ((*state.mask)[i])
      smallest_kept = std::min(smallest_kept, w);
    else
      largest_pruned = std::max(largest_pruned, w);
  }
  EXPECT_LE(largest_pruned, smallest_kept);
}

TEST(Methods, LiteralUnionAndNoDenoiserEndInTheSameBitsUnderEveryScope) {
  for (const char* scope : {"global", "tensor"}) {
    const auto literal = run([&](config::RunConfig& c) {
      method("isp")(c);
      c.prune.scope = scope;
      c.isp.union_rule = "literal";
    });
    const auto none = run([&](config::RunConfig& c) {
      method("isp")(c);
      c.prune.scope = scope;
      c.isp.denoisers = 0;
    });
    EXPECT_EQ(literal.mask, none.mask) << scope;
    EXPECT_EQ(literal.weights, none.weights) << scope;
  }
}

TEST(Methods, ScopeTensorTakesTheSameShareOfEveryTensorUnderEveryUnionRule) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    test::ToyRun toy([&](config::RunConfig& c) {
      method("isp")(c);
      c.prune.scope = "tensor";
      c.isp.union_rule = rule;
    });
    auto state = toy.fresh_state();
    toy.run(state);
    for (const auto& tensor : state.weights.layout().tensors()) {
      if (tensor.role != model::Role::prunable) continue;
      const auto kept = state.mask->kept_in(tensor.offset, tensor.offset + tensor.size);
      // `released` keeps whole unions on the way, of which each tensor has another share
      const double slack =
          rule == std::string("released") ? 0.06 * static_cast<double>(tensor.size) : 1;
      EXPECT_NEAR(static_cast<double>(kept), 0.5 * static_cast<double>(tensor.size), slack)
          << rule << " " << tensor.name;
    }
  }
}

TEST(Methods, TrainWithoutAValidationSetToScoresThatAreNaN) {
  test::ToyRun toy([](config::RunConfig& c) {
    method("isp")(c);
    c.data.validation_size = 0;
  });
  auto state = toy.fresh_state();
  toy.run(state);
  EXPECT_TRUE(std::isnan(state.validation.primary));
  EXPECT_TRUE(state.records.validation.empty());
  EXPECT_EQ(state.records.train.size(), 30U);
  ASSERT_FALSE(toy.plan.notes.empty());
  EXPECT_NE(toy.plan.notes.back().find("no validation set"), std::string::npos);
}

TEST(Methods, RefuseToSelectOnAValidationSetThatIsNotThere) {
  EXPECT_THROW(test::ToyRun([](config::RunConfig& c) {
                 c.data.validation_size = 0;
                 c.train.select = "validation";
               }),
               ConfigError);
}

TEST(Methods, EndsInTheBitsOfOneRankUnderFixedReduction) {
  for (const char* name : {"isp", "lth"}) {
    const auto together = run(method(name));
    const auto alone = test::alone([&] { return run(method(name)); });
    EXPECT_EQ(together.mask, alone.mask) << name;
    EXPECT_EQ(together.weights, alone.weights) << name;
  }
}

TEST(Methods, SelectTheBestOnValidationAtTheFinalSparsity) {
  test::ToyRun toy([](config::RunConfig& c) {
    method("isp")(c);
    c.train.select = "validation";
    c.train.evaluate_every = 5;
  });
  auto state = toy.fresh_state();
  toy.run(state);
  double best = 0;
  for (const auto& row : state.records.validation)
    if (row.sparsity == state.mask->sparsity()) best = std::max(best, row.metric);
  EXPECT_EQ(state.validation.primary, best);
  EXPECT_EQ(toy.engine.evaluate(state, toy.splits.validation).scores.primary, best);
}
