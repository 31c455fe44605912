// SPDX-License-Identifier: Apache-2.0
#include "model/dropout.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "model/attention.hpp"
#include "model/bert.hpp"

using namespace stockpot;
using namespace stockpot::model;

namespace {

constexpr DropoutSite kSite{DropoutSite::Kind::attention, 4};
const std::vector<std::int64_t> kSamples{8, 3};

Dropout dropout_of(double rate) {
  return {{.hidden = rate, .attention = rate, .classifier = rate},
          {.seed = 2, .step = 6},
          kSamples,
          at::kCPU};
}

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::kFloat);
}

}  // namespace

TEST(ModelDropout, HasTheGradientsOfAPlainProductWithTheSameFactors) {
  const auto drop = dropout_of(0.3);
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{2, 24}, std::vector<std::int64_t>{2, 11, 24},
        std::vector<std::int64_t>{2, 3, 11, 11}}) {
    const auto factors = drop(kSite, at::ones(shape));
    EXPECT_GT(factors.eq(0).sum().item<int>(), 0);
    const auto upstream = random(shape, 5);
    auto ours = random(shape, 4).set_requires_grad(true),
         plain = ours.detach().clone().set_requires_grad(true);
    const auto y = drop(kSite, ours);
    EXPECT_TRUE(y.equal(plain * factors));
    (y * upstream).sum().backward();
    (plain * factors * upstream).sum().backward();
    EXPECT_TRUE(ours.grad().equal(plain.grad()));
  }
}

TEST(ModelDropout, TakesATensorThatIsNotContiguousAndAnotherNumberFormat) {
  const auto drop = dropout_of(0.3);
  const auto x = random({2, 24, 11}, 4);
  const auto turned = x.transpose(1, 2);
  EXPECT_TRUE(drop(kSite, turned).equal(drop(kSite, turned.contiguous())));
  const auto half = x.to(at::kBFloat16);
  EXPECT_EQ(drop(kSite, half).scalar_type(), at::kFloat);
  EXPECT_TRUE(drop(kSite, half).equal(drop(kSite, half.to(at::kFloat))));
}

TEST(ModelDropout, InAttentionIsThatOfThePlainFormula) {
  // attention of one block with the identity as `drop` is the fused one; with factors, the formula
  const Bert bert({.vocabulary = 20, .width = 24, .depth = 1, .heads = 3, .mlp_width = 8}, 2);
  Weights weights(bert.layout(), at::kCPU);
  weights.values().copy_(random({weights.values().numel()}, 1) * 0.2);
  constexpr std::size_t kQkv = 5;  // behind the embeddings
  const auto x = random({2, 7, 24}, 2);
  const auto allowed = at::arange(7).lt(at::tensor({7, 4}).unsqueeze(1)).view({2, 1, 1, 7});
  const auto fused = attend(weights, kQkv, 3, x, allowed),
             plain = attend(weights, kQkv, 3, x, allowed, [](const at::Tensor& p) { return p; });
  EXPECT_LE((fused - plain).abs().max().item<double>(), 1e-6);

  at::Tensor seen;
  const auto drop = dropout_of(0.5);
  const auto dropped = attend(weights, kQkv, 3, x, allowed, [&](const at::Tensor& p) {
    seen = drop(kSite, p);
    return seen;
  });
  ASSERT_EQ(seen.sizes(), (std::vector<std::int64_t>{2, 3, 7, 7}));
  EXPECT_EQ(seen[1].narrow(-1, 4, 3).abs().max().item<double>(), 0.0);  // keys that are padded
  const auto qkv = at::linear(x, weights[kQkv], weights[kQkv + 1])
                       .view({2, 7, 3, 3, 8})
                       .permute({2, 0, 3, 1, 4});
  const auto mixed = at::matmul(seen, qkv[2]).transpose(1, 2).reshape({2, 7, 24});
  EXPECT_TRUE(dropped.equal(at::linear(mixed, weights[kQkv + 2], weights[kQkv + 3])));
}
