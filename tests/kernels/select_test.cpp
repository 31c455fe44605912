// SPDX-License-Identifier: Apache-2.0
#include "kernels/select.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"
#include "kernels/every_target.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

using Words = std::vector<std::uint64_t>;

RandomStream numbers(std::uint64_t seed) { return {seed, Purpose::random_score}; }

std::vector<float> scores_of(std::size_t size, const std::function<float(RandomStream&)>& draw) {
  RandomStream random = numbers(size);
  std::vector<float> scores(size);
  for (float& score : scores) score = draw(random);
  return scores;
}

/// Candidates with the given density; bits beyond `size` are 0.
Words candidates_of(std::size_t size, double density) {
  RandomStream random = numbers(size + 1);
  Words words(words_for(size));
  for (std::size_t i = 0; i < size; ++i)
    if (random.uniform() < density) words[i / 64] |= std::uint64_t{1} << (i % 64);
  return words;
}

void expect_oracle_by(Ranking ranking, const std::vector<float>& scores, const Words& candidates,
                      std::int64_t keep, int threads = 2) {
  Words expected(candidates.size()), kept(candidates.size(), 0x5555);
  select_largest_oracle(scores, candidates, keep, expected, ranking);
  select_largest(scores, candidates, keep, kept, threads, ranking);
  ASSERT_EQ(count_ones(kept), keep);
  ASSERT_TRUE(kept == expected) << "keep " << keep << " of " << count_ones(candidates)
                                << " candidates, " << scores.size() << " weights"
                                << (ranking == Ranking::value ? ", by value" : "");
}

void expect_oracle(const std::vector<float>& scores, const Words& candidates, std::int64_t keep,
                   int threads = 2) {
  expect_oracle_by(Ranking::magnitude, scores, candidates, keep, threads);
  expect_oracle_by(Ranking::value, scores, candidates, keep, threads);
}

struct Distribution {
  std::string name;
  std::function<float(RandomStream&)> draw;
};

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all{
      {"normal", [](RandomStream& r) { return static_cast<float>(0.02 * r.normal()); }},
      {"half precision",
       [](RandomStream& r) {
         return std::bit_cast<float>(
             std::bit_cast<std::uint32_t>(static_cast<float>(0.02 * r.normal())) & 0xffffe000U);
       }},
      {"negative", [](RandomStream& r) { return static_cast<float>(-1 - r.uniform()); }},
      {"few values of both signs",
       [](RandomStream& r) { return static_cast<float>(static_cast<int>(r.below(7)) - 3); }},
      {"all equal", [](RandomStream&) { return -0.5F; }},
      {"two values", [](RandomStream& r) { return r.uniform() < 0.4 ? -1.0F : 0.25F; }},
      {"all zero, both signs", [](RandomStream& r) { return r.uniform() < 0.5 ? 0.0F : -0.0F; }},
      {"mostly zero",
       [](RandomStream& r) { return r.uniform() < 0.95 ? 0.0F : static_cast<float>(r.normal()); }},
      {"denormal",
       [](RandomStream& r) {
         return std::numeric_limits<float>::denorm_min() * static_cast<float>(r.below(1000));
       }},
      {"every finite number",
       [](RandomStream& r) { return std::bit_cast<float>(r.bits() & 0xff7fffffU); }},
      {"largest finite",
       [](RandomStream& r) {
         return r.uniform() < 0.5 ? std::numeric_limits<float>::max() : 1.0F;
       }},
  };
  return all;
}

}  // namespace

TEST(SelectLargest, KeepsTheLargestMagnitudesOfAHandWorkedVector) {
  const std::vector<float> scores{0.1F, -0.9F, 0.5F, -0.5F, 0.5F, 2.0F};
  Words kept(1);
  select_largest(scores, Words{0b011111}, 3, kept);
  EXPECT_EQ(kept[0], 0b011010U);  // 5 does not compete; of the three 0.5 the first goes
}

TEST(SelectLargest, ByValueRanksTheSignAndTakesZerosOfBothSignsForEqual) {
  const std::vector<float> scores{-3.0F, 0.0F, -0.0F, 0.0F, 1e-45F, -1e-45F, 2.0F, -2.0F};
  const std::vector<std::uint64_t> kept_by_count{
      0, 0b01000000, 0b01010000, 0b01011000, 0b01011100, 0b01011110, 0b01111110, 0b11111110, 0xff};
  for (std::size_t keep = 0; keep < kept_by_count.size(); ++keep) {
    Words kept(1);
    select_largest(scores, Words{0xff}, static_cast<std::int64_t>(keep), kept, 1, Ranking::value);
    EXPECT_EQ(kept[0], kept_by_count[keep]) << keep;
  }
}

TEST(RankKey, OrdersFloatsByMagnitudeOrByValue) {
  RandomStream random = numbers(3);
  const auto sign = [](auto difference) { return (difference > 0) - (difference < 0); };
  for (int i = 0; i < 10'000; ++i) {
    const float a = std::bit_cast<float>(random.bits() & 0xff7fffffU);
    const float b = i % 3 == 0 ? -a : std::bit_cast<float>(random.bits() & 0xff7fffffU);
    EXPECT_EQ((a > b) - (a < b),
              sign(std::int64_t{rank_key(a, Ranking::value)} - rank_key(b, Ranking::value)));
    EXPECT_EQ((std::abs(a) > std::abs(b)) - (std::abs(a) < std::abs(b)),
              sign(rank_key(a, Ranking::magnitude) - rank_key(b, Ranking::magnitude)));
  }
  EXPECT_EQ(rank_key(-0.0F, Ranking::value), rank_key(0.0F, Ranking::value));
}

TEST(SelectLargest, EqualsTheOracleOnEveryTargetDistributionAndDensity) {
  test::on_every_target([] {
    for (const auto& [name, draw] : distributions()) {
      SCOPED_TRACE(name);
      for (const std::size_t size : {1UL, 63UL, 64UL, 65UL, 1000UL, 20'037UL})
        for (const double density : {1.0, 0.3}) {
          const auto scores = scores_of(size, draw);
          const auto candidates = candidates_of(size, density);
          const std::int64_t competing = count_ones(candidates);
          for (const double share : {0.0, 0.02, 0.5, 0.9, 1.0})
            ASSERT_NO_FATAL_FAILURE(
                expect_oracle(scores, candidates,
                              static_cast<std::int64_t>(share * static_cast<double>(competing))));
        }
    }
  });
}

TEST(SelectLargest, EqualsTheOracleOverSeveralPartsWithHeavyTies) {
  const std::size_t size =
      3 * (std::size_t{1} << 20) + 777;  // ties cross the parts, samples do not see everything
  const auto candidates = candidates_of(size, 0.8);
  for (const auto& [name, draw] : distributions()) {
    SCOPED_TRACE(name);
    const auto scores = scores_of(size, draw);
    ASSERT_NO_FATAL_FAILURE(expect_oracle(scores, candidates, count_ones(candidates) / 5, 3));
  }
}

TEST(SelectLargest, IsExactWhereTheSampleMisleads) {
  // a narrow band that the sampled blocks cannot see: one block in 4096 strata is read, the others
  // hold what decides
  std::vector<float> scores(std::size_t{1} << 20, 1.0F);
  for (std::size_t i = 0; i < scores.size(); i += 64)
    scores[i] = 2.0F + static_cast<float>(i) * 1e-7F;
  const Words candidates(words_for(scores.size()), ~std::uint64_t{0});
  for (const std::int64_t keep : {1, 100, 16383, 16384, 16385, 1'000'000})
    ASSERT_NO_FATAL_FAILURE(expect_oracle_by(Ranking::magnitude, scores, candidates, keep));
}

TEST(SelectLargest, IsExactWhereRowsOfAMatrixDifferInScale) {
  // a row is sampled as a whole, so the sample is further off than its size says
  std::vector<float> scores(std::size_t{1} << 22);
  RandomStream random = numbers(1);
  float scale = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (i % 2048 == 0) scale = static_cast<float>(std::exp(2 * random.normal()));
    scores[i] = scale * static_cast<float>(random.normal());
  }
  const Words candidates(words_for(scores.size()), ~std::uint64_t{0});
  const auto keep = [&](double share) {
    return static_cast<std::int64_t>(share * static_cast<double>(scores.size()));
  };
  for (const double share : {0.1, 0.5, 0.9})
    ASSERT_NO_FATAL_FAILURE(expect_oracle_by(Ranking::magnitude, scores, candidates, keep(share)));
  ASSERT_NO_FATAL_FAILURE(expect_oracle_by(Ranking::value, scores, candidates, keep(0.4)));
}

TEST(SelectLargest, IsTheSameForEveryNumberOfThreadsAndInPlace) {
  const std::size_t size = (std::size_t{1} << 21) + 100;
  for (const std::size_t which : {0UL, 3UL})  // by sample, and by counting
    for (const Ranking ranking : {Ranking::magnitude, Ranking::value}) {
      const auto scores = scores_of(size, distributions()[which].draw);
      const auto candidates = candidates_of(size, 0.5);
      const std::int64_t keep = count_ones(candidates) / 3;
      Words one(candidates.size());
      select_largest(scores, candidates, keep, one, 1, ranking);
      for (const int threads : {2, 3, 7}) {
        Words in_place = candidates;
        select_largest(scores, in_place, keep, in_place, threads, ranking);
        EXPECT_TRUE(in_place == one) << threads;
      }
    }
}

TEST(SelectLargest, RefusesToKeepMoreThanCompete) {
  const std::vector<float> scores(100, 1.0F);
  Words kept(2);
  EXPECT_THROW(select_largest(scores, Words{7, 0}, 4, kept), LogicError);
  EXPECT_THROW(select_largest(scores, Words{7, 0}, -1, kept), LogicError);
  EXPECT_THROW(select_largest(scores, Words{7}, 1, kept), LogicError);
}

TEST(SelectLargest, KeepsNothingOfNothing) {
  Words none;
  EXPECT_NO_THROW(select_largest({}, none, 0, none));
}
