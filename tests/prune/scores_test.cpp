// SPDX-License-Identifier: Apache-2.0
// SNIP and GraSP against plain ones in double precision.
#include <gtest/gtest.h>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "model/bert.hpp"
#include "model/products.hpp"
#include "prune/scorer.hpp"
#include "prune/scores/hessian_product.hpp"
#include "prune/scores/score_samples.hpp"
#include "support/mlp.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// The little network on the toy's images, and its scores.
struct MlpRun {
  explicit MlpRun(const test::Change& change = [](config::RunConfig&) {}) : toy(change) {
    model::initialise(weights, 3);
  }

  std::vector<float> score(const std::string& name) {
    const auto scorer = prune::make_scorer(name);
    const auto keys = scorer->score(inputs());
    ranking = keys.ranking;
    const auto host = keys.values.contiguous();
    return {host.const_data_ptr<float>(), host.const_data_ptr<float>() + host.numel()};
  }
  prune::ScoreInputs inputs() {
    return {.task = task,
            .group = test::world(),
            .weights = weights,
            .moments = moments,
            .mask = mask,
            .gradients = gradients};
  }
  const data::Split& train() const { return toy.splits.train; }

  test::ToyRun toy;
  test::Mlp model;
  train::Task task{toy.config, model, toy.splits, test::world()};
  model::Weights weights{model.layout(), at::kCPU};
  model::Gradients gradients{weights};
  train::PlacedMask mask{std::make_shared<const mask::Mask>(mask::Mask::all(test::Mlp::kPrunable)),
                         model.layout()->trained(), at::kCPU};
  train::Moments moments = train::fresh_moments(mask, {});
  kernels::Ranking ranking = kernels::Ranking::magnitude;
};

/// The network in double precision, written once more: parameters as plain tensors.
struct PlainMlp {
  explicit PlainMlp(const model::Weights& weights) {
    for (std::size_t i = 0; i < 6; ++i)
      parameters.push_back(weights[i].detach().to(at::kDouble).clone().set_requires_grad(true));
  }
  at::Tensor logits(const data::Batch& batch) const {
    const auto& p = parameters;
    const auto x = at::from_blob(const_cast<float*>(batch.pixels.data()),
                                 {batch.size, test::Mlp::kIn}, at::kFloat)
                       .to(at::kDouble);
    const auto up = (x.matmul(p[0].t()) + p[1]).tanh();
    return (up.matmul(p[2].t()) + p[3]).tanh().matmul(p[4].t()) + p[5];
  }
  double loss(const data::Batch& batch) const {
    return mean_loss(logits(batch), batch).item().toDouble();
  }
  static at::Tensor mean_loss(const at::Tensor& logits, const data::Batch& batch) {
    const auto labels =
        at::from_blob(const_cast<std::int64_t*>(batch.labels.data()), {batch.size}, at::kLong);
    return at::cross_entropy_loss(logits, labels);
  }
  std::vector<at::Tensor> prunable() const { return {parameters[0], parameters[2]}; }
  std::vector<at::Tensor> parameters;
};

data::Batch filled(const MlpRun& run, const prune::ScoreBatches& batches) {
  std::vector<std::int64_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  data::Batch batch;
  run.train().dataset->fill(all, {}, batch);
  return batch;
}

std::vector<double> flat(const std::vector<at::Tensor>& tensors) {
  std::vector<double> all;
  for (const auto& tensor : tensors) {
    const auto plain = tensor.detach().contiguous().view({-1});
    all.insert(all.end(), plain.const_data_ptr<double>(),
               plain.const_data_ptr<double>() + plain.numel());
  }
  return all;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected,
                 double share) {
  ASSERT_EQ(found.size(), expected.size());
  double largest = 0;
  for (const double x : expected) largest = std::max(largest, std::abs(x));
  ASSERT_GT(largest, 0);
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i], share * largest) << i;
}

/// H g of the prunable parameters, g the gradient: two backward passes, nothing else.
std::vector<double> plain_grasp_keys(const PlainMlp& plain, const data::Batch& batch) {
  const auto loss = PlainMlp::mean_loss(plain.logits(batch) / 200, batch);
  const auto g = torch::autograd::grad({loss}, plain.prunable(), {}, true, true);
  const auto product = (g[0].detach() * g[0]).sum() + (g[1].detach() * g[1]).sum();
  const auto hg = torch::autograd::grad({product}, plain.prunable());
  return flat({plain.parameters[0] * hg[0], plain.parameters[2] * hg[1]});
}

}  // namespace

TEST(Snip, IsTheDerivativeOfTheLossByAFactorAtEachWeight) {
  MlpRun run;
  const auto keys = run.score("snip");
  EXPECT_EQ(run.ranking, kernels::Ranking::magnitude);
  const PlainMlp plain(run.weights);
  const auto batch = filled(run, prune::drawn_batches(run.toy.config, run.train(), 0));
  constexpr double kStep = 1e-4;
  const at::NoGradGuard no_grad;
  std::vector<double> expected;
  for (const auto& parameter : plain.prunable()) {
    auto* values = parameter.data_ptr<double>();
    for (std::int64_t i = 0; i < parameter.numel(); ++i) {
      const double w = values[i];
      const auto loss_at = [&](double factor) {
        values[i] = factor * w;
        return plain.loss(batch);
      };
      expected.push_back((loss_at(1 + kStep) - loss_at(1 - kStep)) / (2 * kStep));
      values[i] = w;
    }
  }
  expect_near(keys, expected, 2e-5);
}

TEST(Snip, AddsUpTheGradientsOfSeveralBatches) {
  MlpRun run([](config::RunConfig& c) { c.prune.score_batches = 5; });
  const auto keys = run.score("snip");
  const PlainMlp plain(run.weights);
  const auto batches = prune::drawn_batches(run.toy.config, run.train(), 0);
  ASSERT_EQ(batches.size(), 5U);
  std::vector<double> expected(keys.size());
  for (const auto& batch : batches) {
    const auto one = filled(run, {batch});
    const auto g =
        torch::autograd::grad({PlainMlp::mean_loss(plain.logits(one), one)}, plain.prunable());
    const auto terms = flat({plain.parameters[0] * g[0], plain.parameters[2] * g[1]});
    for (std::size_t i = 0; i < terms.size(); ++i) expected[i] += terms[i];
  }
  expect_near(keys, expected, 2e-6);
}

TEST(Grasp, IsTheSecondBackwardPassInDoublePrecision) {
  MlpRun run([](config::RunConfig& c) { c.prune.samples_per_class = 9; });
  const auto keys = run.score("grasp");
  EXPECT_EQ(run.ranking, kernels::Ranking::value);
  const auto batches = prune::balanced_batches(run.toy.config, run.train(), 0, true);
  EXPECT_EQ(batches.size(), 3U) << "36 samples in batches of at most 16";
  expect_near(keys, plain_grasp_keys(PlainMlp(run.weights), filled(run, batches)), 2e-5);
}

TEST(Grasp, RemovesTheLargestScoresAndNoneMore) {
  MlpRun run;
  const auto keys = run.score("grasp");
  constexpr std::int64_t kKeep = 100;
  auto values = keys;
  const auto kept =
      prune::select({at::from_blob(values.data(), {std::ssize(values)}, at::kFloat), run.ranking},
                    *run.mask.mask(), {{0, test::Mlp::kPrunable, kKeep}});
  EXPECT_EQ(kept.kept(), kKeep);
  double largest_kept = -1e9, smallest_removed = 1e9;
  for (std::int64_t i = 0; i < kept.size(); ++i) {
    const double score = -keys[static_cast<std::size_t>(i)];  // -w (H g)
    if (kept[i])
      largest_kept = std::max(largest_kept, score);
    else
      smallest_removed = std::min(smallest_removed, score);
  }
  EXPECT_LE(largest_kept, smallest_removed);
}

TEST(Scores, HaveTheBitsOfOneRankOnAnyNumberOfRanks) {
  for (const char* name : {"snip", "grasp"}) {
    const auto score = [&] {
      return MlpRun([](config::RunConfig& c) {
               c.prune.score_batches = 3;
               c.prune.samples_per_class = 7;
             })
          .score(name);
    };
    const auto together = score(), alone = test::alone(score);
    EXPECT_EQ(together, alone) << name;
  }
}

TEST(Scores, OfFastReductionAreThoseOfFixedButForRounding) {
  for (const char* name : {"snip", "grasp"}) {
    const auto fixed = MlpRun().score(name);
    const auto fast = MlpRun([](config::RunConfig& c) { c.dist.reduction = "fast"; }).score(name);
    const std::vector<double> expected(fixed.begin(), fixed.end());
    expect_near(fast, expected, 1e-5);
  }
}

TEST(Scores, LookAtDataOfTheirRoundOnly) {
  const MlpRun run;
  const auto& c = run.toy.config;
  EXPECT_EQ(prune::drawn_batches(c, run.train(), 0), prune::drawn_batches(c, run.train(), 0));
  EXPECT_NE(prune::drawn_batches(c, run.train(), 0), prune::drawn_batches(c, run.train(), 1));
  EXPECT_NE(prune::balanced_batches(c, run.train(), 0, true),
            prune::balanced_batches(c, run.train(), 1, true));
}

TEST(BalancedBatch, HoldsAsManyOfEveryClassAndNoSampleTwice) {
  const MlpRun run([](config::RunConfig& c) { c.prune.samples_per_class = 11; });
  std::map<std::int64_t, int> of_class, of_sample;
  for (const auto& batch : prune::balanced_batches(run.toy.config, run.train(), 0, true)) {
    EXPECT_LE(std::ssize(batch), run.toy.config.train.batch);
    for (const auto sample : batch) {
      ++of_class[run.train().dataset->label(sample)];
      EXPECT_EQ(++of_sample[sample], 1);
    }
  }
  EXPECT_EQ(of_class, (std::map<std::int64_t, int>{{0, 11}, {1, 11}, {2, 11}, {3, 11}}));
}

namespace {

template <typename ErrorType>
std::string refusal(const std::string& score, const test::Change& change, bool contents = true) {
  const MlpRun run(change);
  try {
    prune::make_scorer(score)->check(run.toy.config, run.train(), contents);
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST(Scores, RefuseWhatTheTrainingSetDoesNotHold) {
  EXPECT_EQ(refusal<ConfigError>("snip", [](auto& c) { c.prune.score_batches = 13; }),
            "prune.score_batches 13 is too many (the training set holds 12 batches of 16 samples); "
            "lower it");
  EXPECT_EQ(refusal<ConfigError>("grasp", [](auto& c) { c.prune.samples_per_class = 2000; }),
            "prune.samples_per_class 2000 is too large for 4 classes (a balanced batch holds at "
            "most 4096 samples); lower it to 1024 or less");
  EXPECT_EQ(refusal<ConfigError>("grasp", [](auto& c) { c.prune.samples_per_class = 51; }),
            "prune.samples_per_class 51 is too large for 4 classes (the training set has 200 "
            "samples); lower it, or take more training samples");
}

TEST(Grasp, RefusesAClassOfTooFewSamples) {
  MlpRun run;
  std::erase_if(run.toy.splits.train.indices, [](auto i) { return i % 4 == 2 && i > 30; });
  EXPECT_THROW(run.score("grasp"), DataError);
  EXPECT_NO_THROW(prune::balanced_batches(run.toy.config, run.train(), 0, false));
  run.toy.config.prune.samples_per_class = 8;
  EXPECT_NO_THROW(run.score("grasp"));
}

TEST(Keys, ThatAreNotFiniteOrAllEqualAreRefused) {
  auto values = std::vector<float>(100, 0.5F);
  const prune::Keys keys{at::from_blob(values.data(), {100}, at::kFloat)};
  auto mask = mask::Mask::all(100);
  EXPECT_THROW(prune::check_keys(keys, mask, "snip"), DataError);
  values[70] = 0.25F;
  EXPECT_NO_THROW(prune::check_keys(keys, mask, "snip"));
  mask.set(70, false);  // what is pruned does not compete
  EXPECT_THROW(prune::check_keys(keys, mask, "snip"), DataError);
  values[70] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(prune::check_keys(keys, mask, "snip"), DataError);
  mask.set(70, true);
  EXPECT_THROW(prune::check_keys(keys, mask, "snip"), NotFiniteError);
}

TEST(Scores, OfDamagedDataEndARunOnAllRanks) {
  for (const char* name : {"snip", "grasp"}) {
    test::ToyRun toy([&](config::RunConfig& c) { c.prune.method = name; });
    toy.images->break_after(0);
    auto state = toy.fresh_state();
    try {
      toy.run(state);
      ADD_FAILURE() << "NaN went unnoticed";
    } catch (const AgreedError& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::not_finite) << error.what();
    }
    EXPECT_EQ(state.mask->kept(), state.mask->size());
  }
}

namespace {

/// Cosine of H v by double backward, and by the difference of two gradients.
double agreement_with_differences(const model::Model& model, model::Weights& weights,
                                  const model::Inputs& inputs) {
  model::Gradients gradients(weights);
  const auto prunable = model.layout()->prunable();
  const auto loss = [&] {
    const auto logits = model.forward(weights, inputs, {});
    return at::cross_entropy_loss(logits, inputs.labels);
  };
  const auto gradient = [&] {
    gradients.clear();
    loss().backward();
    return gradients.values().narrow(0, 0, prunable).clone();
  };
  const auto direction = gradient();
  gradients.clear();
  {
    const model::TwiceDifferentiable forward;
    prune::add_hessian_product(weights, loss(), direction);
  }
  const auto product = gradients.values().narrow(0, 0, prunable).clone().to(at::kDouble);
  const at::Tensor w = weights.values().narrow(0, 0, prunable);
  const double step = 1e-2 / direction.norm().item().toDouble();
  const auto shifted = [&](double by) {
    {
      const at::NoGradGuard no_grad;
      w.add_(direction, by);
    }
    auto g = gradient().to(at::kDouble);
    const at::NoGradGuard no_grad;
    w.sub_(direction, by);
    return g;
  };
  const auto difference = (shifted(step) - shifted(-step)) / (2 * step);
  EXPECT_NEAR(product.norm().item().toDouble() / difference.norm().item().toDouble(), 1, 0.02);
  return (product.dot(difference) / (product.norm() * difference.norm())).item().toDouble();
}

}  // namespace

TEST(HessianProduct, GoesThroughAttentionNormAndActivationOfTheVit) {
  const test::ToyRun toy;
  auto state = toy.fresh_state();
  data::Batch batch;
  toy.images->fill(std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7}, {}, batch);
  EXPECT_GT(agreement_with_differences(*toy.model, state.weights,
                                       model::to_inputs(batch, toy.images->shape(), at::kCPU)),
            0.998);
}

TEST(HessianProduct, GoesThroughEmbeddingsMasksAndPoolerOfBert) {
  const model::Bert bert({.vocabulary = 60,
                          .width = 24,
                          .depth = 2,
                          .heads = 3,
                          .mlp_width = 40,
                          .positions = 16,
                          .deviation = 0.2},
                         2);
  model::Weights weights(bert.layout(), at::kCPU);
  model::initialise(weights, 5);
  data::Batch batch;
  batch.size = 3;
  batch.tokens = 9;
  batch.lengths = {4, 9, 6};
  batch.labels = {0, 1, 1};
  for (std::int64_t b = 0; b < 3; ++b)
    for (std::int64_t t = 0; t < 9; ++t) {
      batch.token_ids.push_back(t < batch.lengths[static_cast<std::size_t>(b)] ? 7 * b + t + 1 : 0);
      batch.token_types.push_back(t > 3 ? 1 : 0);
    }
  EXPECT_GT(
      agreement_with_differences(bert, weights, model::to_inputs(batch, {.classes = 2}, at::kCPU)),
      0.998);
}

TEST(Scores, CostTheirPassesExactly) {
  MlpRun run([](config::RunConfig& c) {
    c.prune.score_batches = 2;
    c.prune.samples_per_class = 10;
  });
  const train::FlopMeter meter(run.model, *run.mask.mask());
  const auto cost = [&](const char* name) {
    return prune::make_scorer(name)->cost({run.toy.config, run.train(), meter, 0});
  };
  constexpr std::int64_t kPerSample =
      2 * (test::Mlp::kPrunable + test::Mlp::kClasses * test::Mlp::kDown);
  EXPECT_EQ(cost("snip"), (Work{2, 32, 3 * 32 * kPerSample, 3 * 32 * kPerSample}));
  EXPECT_EQ(cost("grasp"), (Work{3, 2 * 40, 12 * 40 * kPerSample, 12 * 40 * kPerSample}));
  EXPECT_EQ(cost("magnitude"), Work{});
}
