// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "engine/state_bytes.hpp"
#include "support/toy.hpp"
#include "support/toy_texts.hpp"

using namespace stockpot;

namespace {

auto with_dropout(const char* dropout) {
  return [=](config::RunConfig& c) { c.train.dropout = dropout; };
}

/// Hash of the state at the end of an ISP run: main training, look-aheads, cuts.
std::uint64_t run_of(const char* dropout) {
  test::ToyTextRun toy(with_dropout(dropout));
  auto state = toy.fresh_state();
  toy.run(state);
  return engine::hash_of(state);
}

std::vector<float> gradient_of(const char* dropout, const std::optional<model::StepKey>& key,
                               const std::vector<std::int64_t>& samples) {
  test::ToyTextRun toy(with_dropout(dropout));
  const auto state = toy.fresh_state();
  train::StepEngine steps(toy.task, train::Reduction::alone);
  model::Gradients gradients(state.weights);
  steps.gradient(state.weights, gradients, {samples, {}, key});
  const auto values = gradients.host();
  return {values.begin(), values.end()};
}

const std::vector<std::int64_t> kSamples{3, 9, 27, 11};

}  // namespace

TEST(DropoutTraining, GivesTheBitsOfOneRankUnderFixedReduction) {
  const auto together = run_of("model");
  EXPECT_EQ(together, test::alone([] { return run_of("model"); }));
  EXPECT_NE(together, run_of("0"));
}

TEST(DropoutTraining, DoesNotDependOnHowABatchIsCut) {
  // the mean of the gradients of single samples, unpadded, is that of the padded batch
  const model::StepKey key{.seed = 5, .step = 4};
  const auto together = gradient_of("0.5", key, kSamples);
  std::vector<float> mean(together.size());
  for (const auto sample : kSamples) {
    const auto own = gradient_of("0.5", key, {sample});
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += own[i] / 4;
  }
  for (std::size_t i = 0; i < mean.size(); ++i) ASSERT_NEAR(together[i], mean[i], 2e-6) << i;
}

TEST(DropoutTraining, HangsOnStepRoundAndDenoiser) {
  const auto first = gradient_of("0.5", model::StepKey{.seed = 5, .step = 4}, kSamples);
  for (const model::StepKey& other :
       {model::StepKey{.seed = 6, .step = 4}, model::StepKey{.seed = 5, .step = 5},
        model::StepKey{.seed = 5, .round = 1, .step = 4},
        model::StepKey{.seed = 5, .denoiser = 1, .step = 4}})
    EXPECT_NE(gradient_of("0.5", other, kSamples), first);
}

TEST(DropoutTraining, IsOffWhereNoKeyIsGivenAndWhereTheRateIs0) {
  const auto plain = gradient_of("0", {}, kSamples);
  EXPECT_EQ(gradient_of("0.5", {}, kSamples), plain);
  EXPECT_EQ(gradient_of("0", model::StepKey{.seed = 5}, kSamples), plain);
}

TEST(DropoutTraining, LeavesEvaluationAsItIs) {
  const auto loss_of = [](const char* dropout) {
    test::ToyTextRun toy(with_dropout(dropout));
    auto state = toy.fresh_state();
    return toy.engine.evaluate(state, toy.splits.test).loss;
  };
  EXPECT_EQ(loss_of("0.5"), loss_of("0"));
}

TEST(DropoutTraining, CostsTheSameFlops) {
  const auto work_of = [](const char* dropout) {
    test::ToyTextRun toy(with_dropout(dropout));
    auto state = toy.fresh_state();
    toy.engine.train_step(state, Phase::train);
    return state.ledger.work_of(Phase::train);
  };
  EXPECT_EQ(work_of("model"), work_of("0"));
}

TEST(DropoutRates, AreThoseOfTheSettingOrOfTheModel) {
  test::ToyTextRun toy(with_dropout("0"));
  auto train = toy.config.train;
  const auto rates = [&](const char* dropout) {
    train.dropout = dropout;
    return train::dropout_rates(train, *toy.model);
  };
  EXPECT_EQ(rates("0"), std::nullopt);
  EXPECT_EQ(rates("0.4"), (model::DropoutRates{0.4, 0.4, 0.4}));
  EXPECT_EQ(rates("model"), (model::DropoutRates{0.2, 0.3, 0.2}));
}

TEST(DropoutRates, AreRefusedByAModelWithoutAPlaceForThem) {
  test::ToyRun toy;
  auto train = toy.config.train;
  for (const char* dropout : {"0.1", "model"}) {
    train.dropout = dropout;
    EXPECT_THROW(train::dropout_rates(train, *toy.model), ConfigError) << dropout;
  }
}
