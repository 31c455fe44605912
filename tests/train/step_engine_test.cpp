// SPDX-License-Identifier: Apache-2.0
#include "train/step_engine.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "support/toy.hpp"

using namespace stockpot;

namespace {

std::vector<std::int64_t> first(std::int64_t count) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

std::vector<float> gradient_of(train::Reduction reduction,
                               const std::vector<std::int64_t>& samples) {
  test::ToyRun toy;
  const auto state = toy.fresh_state();
  train::StepEngine steps(toy.task, reduction, toy.reducer.get());
  model::Gradients gradients(state.weights);
  steps.gradient(state.weights, gradients, {samples, {}});
  const auto values = gradients.host();
  return {values.begin(), values.end()};
}

}  // namespace

TEST(StepEngine, SharesABatchAmongRanksWithoutChangingItsGradient) {
  const auto samples = first(16);
  const auto alone = gradient_of(train::Reduction::alone, samples);
  for (const auto reduction : {train::Reduction::fast, train::Reduction::fixed}) {
    const auto shared = gradient_of(reduction, samples);
    ASSERT_EQ(shared.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) ASSERT_NEAR(shared[i], alone[i], 1e-5);
  }
}

TEST(StepEngine, GivesTheBitsOfOneRankUnderFixedReduction) {
  const auto samples = first(16);
  EXPECT_EQ(gradient_of(train::Reduction::fixed, samples),
            test::alone([&] { return gradient_of(train::Reduction::fixed, samples); }));
}

TEST(StepEngine, TakesABatchOfFewerSamplesThanParts) {
  const auto one = first(1);  // of four shards, and of up to four ranks, three are empty
  const auto alone = gradient_of(train::Reduction::alone, one);
  for (const auto reduction : {train::Reduction::fast, train::Reduction::fixed}) {
    const auto shared = gradient_of(reduction, one);
    for (std::size_t i = 0; i < alone.size(); ++i) ASSERT_NEAR(shared[i], alone[i], 1e-6);
  }
}

TEST(StepEngine, PricesAStepAlikeForEveryReductionOfImages) {
  test::ToyRun toy;
  const auto state = toy.fresh_state();
  const train::FlopMeter meter(*toy.model, *state.mask);
  const auto samples = first(16);
  train::StepEngine alone(toy.task, train::Reduction::alone),
      fixed(toy.task, train::Reduction::fixed);
  EXPECT_EQ(alone.work({samples, {}}, meter), fixed.work({samples, {}}, meter));
}

TEST(FlopMeter, SkipsPrunedWeightsInTheoryOnly) {
  test::ToyRun toy;
  auto mask = mask::Mask::none(toy.model->layout()->prunable());
  for (std::int64_t i = 0; i < mask.size(); i += 2) mask.set(i, true);
  const train::FlopMeter dense(*toy.model, mask::Mask::all(mask.size())), half(*toy.model, mask);
  const data::BatchShape batch{.samples = 3};
  const auto all = dense.training(batch), masked = half.training(batch);
  EXPECT_EQ(all.flops_executed, masked.flops_executed);
  EXPECT_EQ(all.flops_executed, all.flops_theoretical);
  // 5 tokens, 3 samples, 3 passes, 2 flops for each weight that is gone
  EXPECT_EQ(all.flops_theoretical - masked.flops_theoretical, 2 * 5 * 3 * 3 * (mask.size() / 2));
}

TEST(Evaluate, GivesTheSameBitsOnEveryNumberOfRanks) {
  const auto evaluate = [] {
    test::ToyRun toy;
    auto state = toy.fresh_state();
    return toy.engine.evaluate(state, toy.splits.train);
  };
  const auto together = evaluate(), alone = test::alone(evaluate);
  EXPECT_EQ(together.loss, alone.loss);
  EXPECT_EQ(together.scores.primary, alone.scores.primary);
}
