// SPDX-License-Identifier: Apache-2.0
#include "prune/select.hpp"

#include <gtest/gtest.h>

#include <ATen/ops/from_blob.h>

#include "core/error.hpp"
#include "core/random.hpp"

using namespace stockpot;
using prune::Scope;

namespace {

model::Layout two_tensors() {
  return model::Layout({{{"a"}, {4}, model::Role::prunable, {}},
                        {{"b"}, {8}, model::Role::prunable, {}},
                        {{"bias"}, {3}, model::Role::trained, {}}});
}

prune::Keys keys_of(std::vector<float>& values) {
  return {at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat)};
}

mask::Mask select(std::vector<float> scores, std::int64_t keep, Scope scope) {
  const auto all = mask::Mask::all(static_cast<std::int64_t>(scores.size()));
  return prune::select(keys_of(scores), all, prune::quotas_of(scope, all, keep, two_tensors()));
}

}  // namespace

TEST(Select, PutsAllWeightsInOneRankingGlobally) {
  const auto kept = select({9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0}, 6, Scope::global);
  EXPECT_EQ(kept.kept_in(0, 4), 4);
  EXPECT_EQ(kept.kept_in(4, 12), 2);
}

TEST(Select, TakesTheSameShareOfEveryTensorAndTheExactSum) {
  const auto kept = select({9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0}, 7, Scope::tensor);
  EXPECT_EQ(kept.kept_in(0, 4), 2);   // 7 * 4 / 12 = 2.33
  EXPECT_EQ(kept.kept_in(4, 12), 5);  // 7 * 8 / 12 = 4.67, the larger remainder
  EXPECT_TRUE(kept[0] && kept[1] && kept[4]);
}

TEST(Select, RemovesTheFirstOfEqualWeightsInCanonicalOrder) {
  const auto kept = select(std::vector<float>(12, 0.5F), 5, Scope::global);
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(kept[i], i >= 7);
}

TEST(Select, RanksBySignWhereTheKeysSaySo) {
  std::vector<float> values = {-9, 1, -0.5F, 3};
  auto keys = keys_of(values);
  const auto all = mask::Mask::all(4);
  EXPECT_TRUE(prune::select(keys, all, {{0, 4, 1}})[0]);
  keys.ranking = kernels::Ranking::value;
  EXPECT_TRUE(prune::select(keys, all, {{0, 4, 1}})[3]);
  EXPECT_FALSE(prune::select(keys, all, {{0, 4, 3}})[0]);
}

TEST(Select, TreatsQuotasThatBeginInsideAWordAsIfAlone) {
  constexpr std::int64_t kSize = 1000;
  std::vector<float> values;
  RandomStream random(3, Purpose::random_score);
  for (std::int64_t i = 0; i < kSize; ++i)
    values.push_back(static_cast<float>(random.below(50)));  // many ties
  const auto all = mask::Mask::all(kSize);
  const std::vector<prune::Quota> quotas = {
      {0, 70, 30}, {70, 71, 1}, {71, 640, 100}, {640, 1000, 7}};
  const auto kept = prune::select(keys_of(values), all, quotas);
  for (const auto& quota : quotas) {
    std::vector<float> own(values.begin() + quota.begin, values.begin() + quota.end);
    const auto alone = prune::select(keys_of(own), mask::Mask::all(quota.end - quota.begin),
                                     {{0, quota.end - quota.begin, quota.keep}});
    for (std::int64_t i = quota.begin; i < quota.end; ++i)
      ASSERT_EQ(kept[i], alone[i - quota.begin]) << i;
  }
}

TEST(Select, RefusesAQuotaWithTooFewCandidates) {
  std::vector<float> values(12, 1.0F);
  EXPECT_THROW(prune::select(keys_of(values), mask::Mask::none(12), {{0, 12, 1}}), LogicError);
}

TEST(OnlyRange, KeepsTheBitsInsideAndNoOthers) {
  const auto all = mask::Mask::all(200);
  for (const auto& [begin, end] :
       {std::pair{0, 0}, {0, 64}, {3, 64}, {63, 65}, {64, 128}, {5, 199}}) {
    const auto part = prune::only_range(all, begin, end);
    for (std::int64_t i = 0; i < 200; ++i) ASSERT_EQ(part[i], i >= begin && i < end);
  }
}
