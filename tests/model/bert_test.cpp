// SPDX-License-Identifier: Apache-2.0
#include <ATen/core/grad_mode.h>

#include <random>

#include "bert_fixture.hpp"
#include "core/error.hpp"
#include "support/hand_training.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::model;
using namespace stockpot::test;

namespace {

const BertShape kSmall{
    .vocabulary = 60, .width = 24, .depth = 2, .heads = 3, .mlp_width = 40, .positions = 128};

/// Texts of the given lengths, padded to `tokens`.
data::Batch texts(const std::vector<std::int64_t>& lengths, std::int64_t tokens) {
  data::Batch batch;
  batch.size = static_cast<std::int64_t>(lengths.size());
  batch.tokens = tokens;
  batch.lengths = lengths;
  for (std::int64_t b = 0; b < batch.size; ++b)
    for (std::int64_t t = 0; t < tokens; ++t) {
      const bool counts = t < lengths[static_cast<std::size_t>(b)];
      batch.token_ids.push_back(counts ? (17 * b + 5 * t) % 59 + 1 : 0);
      batch.token_types.push_back(counts && t > 6 ? 1 : 0);
    }
  return batch;
}

Weights random_arena(const Model& model, double deviation) {
  Weights arena(model.layout(), at::kCPU);
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.0F, static_cast<float>(deviation));
  for (auto& x : arena.host()) x = normal(random);
  return arena;
}

std::vector<float> logits_of(const Model& model, const Weights& arena, const data::Batch& batch) {
  const at::NoGradGuard no_grad;
  const auto logits = model.forward(arena, to_inputs(batch, {}, at::kCPU), {});
  const auto values = floats(logits);
  return {values.begin(), values.end()};
}

double executed_flops(const Model& model, const data::BatchShape& batch) {
  const auto cost = model.forward_cost(batch);
  auto flops = static_cast<double>(cost.other_flops);
  std::size_t i = 0;
  for (const auto& leaf : model.layout()->leaves())
    if (leaf.role == Role::prunable)
      flops += 2.0 * static_cast<double>(cost.positions.at(i++) * leaf.size());
  return flops;
}

}  // namespace

TEST(Bert, HasThePublishedCounts) {
  EXPECT_EQ(Bert(BertShape{}, 2).layout()->prunable(), 85'524'480);
  EXPECT_EQ(Bert({.pooler = false}, 2).layout()->prunable(), 84'934'656);
  EXPECT_EQ(Bert(BertShape{}, 2).layout()->total(), 109'482'240 + 2 * 768 + 2);
}

TEST(Bert, PrunesLayerByLayerAndThePoolerLast) {
  const Bert model(kSmall, 2);
  std::vector<std::string> names;
  for (const auto& tensor : model.layout()->tensors())
    if (tensor.role == Role::prunable) names.push_back(tensor.name);
  const std::vector<std::string> layer = {"attention.self.query", "attention.self.key",
                                          "attention.self.value", "attention.output.dense",
                                          "intermediate.dense",   "output.dense"};
  std::vector<std::string> expected;
  for (const char* number : {"0", "1"})
    for (const auto& part : layer)
      expected.push_back("bert.encoder.layer." + std::string(number) + "." + part + ".weight");
  expected.push_back("bert.pooler.dense.weight");
  EXPECT_EQ(names, expected);
}

TEST(Bert, GivesTheSameLogitsHoweverLongThePadding) {
  const Bert model(kSmall, 3);
  const auto arena = random_arena(model, 0.3);
  const auto padded = logits_of(model, arena, texts({11, 4, 9, 2}, 128));
  EXPECT_LE(largest_difference(logits_of(model, arena, texts({11, 4, 9, 2}, 11)), padded), 1e-5);
}

TEST(Bert, WhatIsPaddedHasNoInfluence) {
  const Bert model(kSmall, 3);
  const auto arena = random_arena(model, 0.3);
  auto batch = texts({3, 12}, 12);
  const auto logits = logits_of(model, arena, batch);
  for (std::size_t t = 3; t < 12; ++t) batch.token_ids[t] = 42;
  EXPECT_EQ(logits_of(model, arena, batch), logits);
}

TEST(Bert, PaysForTheTokensItComputes) {
  // bert-base at 128 tokens: prunable 10.872 G, attention 0.302 G multiply-adds (methods.md 5.6),
  // head 2 x 768; the pooler sees one token
  const Bert base({.pooler = false}, 2);
  data::BatchShape batch{.samples = 1, .tokens = 128};
  const double encoder = 128.0 * 84'934'656.0, attention = 12.0 * 2.0 * 128 * 128 * 768,
               head = 2.0 * 768;
  EXPECT_EQ(executed_flops(base, batch), 2.0 * (encoder + attention + head));
  EXPECT_EQ(executed_flops(Bert(BertShape{}, 2), batch),
            2.0 * (encoder + attention + head + 768.0 * 768));
  batch = {.samples = 8, .tokens = 16};
  EXPECT_EQ(executed_flops(base, batch), 8 * 2.0 * (encoder / 8 + attention / 64 + head));
}

TEST(Bert, PredictsOneNumberForARegression) {
  const Bert model(kSmall, 0);
  auto arena = random_arena(model, 0.3);
  auto batch = texts({5, 8}, 8);
  batch.targets = {1.5F, 4.0F};
  const auto predicted = logits_of(model, arena, batch);
  ASSERT_EQ(predicted.size(), 2U);
  test::HandTraining training(model, arena, {});
  training.gradient(batch, 0.5);
  const double a = predicted[0] - 1.5, b = predicted[1] - 4.0;
  EXPECT_NEAR(training.gradients.loss(), (a * a + b * b) / 2, 1e-5);
}

TEST(Bert, RefusesDataThatDoesNotFit) {
  config::ModelConfig config;
  config.name = "bert";
  EXPECT_THROW(make_bert(config, {.channels = 1, .height = 28, .width = 28, .classes = 10}),
               ConfigError);
  EXPECT_THROW(make_bert(config, {.classes = 2, .vocabulary = 30523, .tokens = 128}), ConfigError);
  EXPECT_THROW(make_bert(config, {.classes = 2, .vocabulary = 30522, .tokens = 513}), ConfigError);
}
