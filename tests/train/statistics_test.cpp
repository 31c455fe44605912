// SPDX-License-Identifier: Apache-2.0
// Running statistics of batch normalisation over steps, ranks and re-estimation; the mathematics of
// one pass is in model/resnet_vgg_test.cpp.
#include "train/statistics.hpp"

#include <gtest/gtest.h>

#include <ATen/core/grad_mode.h>

#include <bit>
#include <cmath>

#include "data/batch_order.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// ResNet-18 on the toy; at most a few steps, for its 11 million weights.
struct ResNetToy : test::ToyRun {
  explicit ResNetToy(const std::string& reduction = "fixed")
      : ToyRun([&](config::RunConfig& c) {
          c.model.name = "resnet18";
          c.dist.reduction = reduction;
        }) {}
};

std::vector<float> statistics_of(const model::Weights& arena) {
  const auto begin = static_cast<std::size_t>(arena.layout().trained()),
             end = static_cast<std::size_t>(arena.layout().tracked());
  const auto values = arena.host().subspan(begin, end - begin);
  return {values.begin(), values.end()};
}

std::vector<float> after_training(const std::string& reduction) {
  ResNetToy toy(reduction);
  auto state = toy.fresh_state();
  toy.train(state, 2);
  return statistics_of(state.weights);
}

std::vector<float> reestimated() {
  ResNetToy toy;
  auto state = toy.fresh_state();
  train::reestimate_statistics(toy.task, state.weights, 3);
  return statistics_of(state.weights);
}

}  // namespace

TEST(Statistics, FixedReductionGivesTheBitsOfOneRank) {
  const auto statistics = after_training("fixed");
  EXPECT_EQ(statistics, test::alone([] { return after_training("fixed"); }));
}

TEST(Statistics, AreEqualOnAllRanksAfterTraining) {
  const auto statistics = after_training("fast");
  std::uint64_t hash = 0;
  for (const float x : statistics) hash = hash * 31 + std::bit_cast<std::uint32_t>(x);
  EXPECT_TRUE(test::world().same_on_all_ranks(hash));
}

TEST(Statistics, ReestimationHasTheBitsOfOneRank) {
  EXPECT_EQ(reestimated(), test::alone(reestimated));
}

TEST(Statistics, ReestimationIsTheMeanOverBatches) {
  const auto ours = reestimated();
  ResNetToy toy;
  const auto state = toy.fresh_state();
  const auto order =
      data::make_batch_order(toy.splits.train, toy.config.train.batch, toy.config.seed);
  model::Gradients gradients(state.weights);
  const at::NoGradGuard no_grad;
  for (int b = 0; b < 3; ++b) {
    std::vector<std::int64_t> indices;
    data::Batch batch;
    order->batch(b, indices);
    toy.images->fill(indices, {}, batch);
    toy.model->forward(state.weights, model::to_inputs(batch, toy.images->shape(), at::kCPU),
                       {.training = true, .share = 1});
  }
  const auto sums = gradients.host().subspan(
      static_cast<std::size_t>(state.weights.layout().trained()), ours.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_NEAR(ours[i], sums[i] / 3, 1e-5 * (1 + std::abs(ours[i])));
}

TEST(Statistics, OfAModelWithoutThemAreNotRead) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  const auto before = test::weights_of(state);
  train::reestimate_statistics(toy.task, state.weights);
  EXPECT_EQ(test::weights_of(state), before);
}
