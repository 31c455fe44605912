// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"
#include "kernels/every_target.hpp"
#include "kernels/select.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

using Floats = std::vector<float>;
using Words = std::vector<std::uint64_t>;

struct Arena {
  Floats w, g, m, v;
  Words kept;
  std::int64_t kept_bits = 0;

  bool is_kept(std::size_t i) const {
    return static_cast<std::int64_t>(i) >= kept_bits || (kept[i / 64] >> (i % 64) & 1) != 0;
  }

  /// A step on packed moments; here they are kept apart, with 0 for pruned weights.
  void step(const AdamWStep& numbers, int threads = 1) {
    const auto size = static_cast<std::int64_t>(w.size());
    const auto starts = packing_starts(size, kept, kept_bits),
               all_starts = packing_starts(size, {}, 0);
    const Packing packing{size, kept, kept_bits, starts}, all{size, {}, 0, all_starts};
    Floats packed_m(static_cast<std::size_t>(starts.back())), packed_v = packed_m;
    repack(m, all, packed_m, packing);
    repack(v, all, packed_v, packing);
    masked_adamw(w, g, packed_m, packed_v, packing, numbers, threads);
    repack(packed_m, packing, m, all);
    repack(packed_v, packing, v, all);
  }
};

/// Random arrays of n elements of which the first `bits` have a mask: about 1/3 of the words all
/// ones, 1/3 all zeros, 1/3 mixed.
Arena arena_of(std::size_t n, std::size_t bits) {
  RandomStream random(n, Purpose::random_score);
  Arena arena{Floats(n),
              Floats(n),
              Floats(n),
              Floats(n),
              Words(words_for(bits)),
              static_cast<std::int64_t>(bits)};
  for (std::size_t i = 0; i < n; ++i) {
    arena.w[i] = static_cast<float>(random.normal());
    arena.g[i] = static_cast<float>(random.normal() * std::pow(10.0, -4 * random.uniform()));
    arena.m[i] = static_cast<float>(random.normal());
    arena.v[i] = static_cast<float>(random.uniform());
  }
  for (std::uint64_t& word : arena.kept) {
    const std::uint64_t kind = random.below(3);
    word = kind == 0   ? 0
           : kind == 1 ? ~std::uint64_t{0}
                       : std::uint64_t{random.bits()} << 32 | random.bits();
  }
  if (bits % 64 != 0) arena.kept.back() &= ~(~std::uint64_t{0} << (bits % 64));
  return arena;
}

/// The formula, one weight at a time.
void oracle_step(Arena& a, const AdamWStep& s) {
  const auto decay = static_cast<float>(1 - s.lr * s.weight_decay),
             towards = static_cast<float>(1 - s.beta1);
  const auto beta2 = static_cast<float>(s.beta2), rest2 = static_cast<float>(1 - s.beta2),
             eps = static_cast<float>(s.eps);
  const auto rate = static_cast<float>(s.lr / (1 - std::pow(s.beta1, s.step)));
  const auto root = static_cast<float>(std::sqrt(1 - std::pow(s.beta2, s.step)));
  for (std::size_t i = 0; i < a.w.size(); ++i) {
    if (!a.is_kept(i)) {
      a.w[i] = a.m[i] = a.v[i] = 0;
      continue;
    }
    const float g = a.g[i] * static_cast<float>(s.gradient_scale);
    a.m[i] += towards * (g - a.m[i]);
    a.v[i] = a.v[i] * beta2 + rest2 * g * g;
    a.w[i] = a.w[i] * decay - rate * a.m[i] / (std::sqrt(a.v[i]) / root + eps);
  }
}

bool same_bits(const Floats& a, const Floats& b) {
  return std::ranges::equal(a, b, {}, std::bit_cast<std::uint32_t, float>,
                            std::bit_cast<std::uint32_t, float>);
}

constexpr AdamWStep kStep{.lr = 3e-3, .weight_decay = 0.1, .step = 7, .gradient_scale = 0.37};

}  // namespace

TEST(MaskedAdamW, EqualsTheFormulaBitForBitOnEveryTarget) {
  test::on_every_target([] {
    for (const auto& [n, bits] : {std::pair{1UL, 0UL},
                                  {1UL, 1UL},
                                  {63UL, 10UL},
                                  {64UL, 64UL},
                                  {129UL, 65UL},
                                  {9001UL, 8190UL},
                                  {9001UL, 9001UL}}) {
      Arena arena = arena_of(n, bits), expected = arena;
      arena.step(kStep);
      oracle_step(expected, kStep);
      EXPECT_TRUE(same_bits(arena.w, expected.w) && same_bits(arena.m, expected.m) &&
                  same_bits(arena.v, expected.v))
          << n << ' ' << bits;
    }
  });
}

TEST(MaskedAdamW, FollowsTorchOver20Steps) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/adamw.json");
  const auto golden = nlohmann::json::parse(file);
  Arena arena;
  arena.w = golden["start"].get<Floats>();
  arena.m = arena.v = Floats(arena.w.size());
  const auto& setting = golden["setting"];
  const auto near = [](const Floats& got, const nlohmann::json& wanted) {
    float worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i)
      worst = std::max(worst, std::abs(got[i] - wanted[i].get<float>()));
    return worst;
  };
  for (std::size_t step = 0; step < 20; ++step) {
    arena.g = golden["gradients"][step].get<Floats>();
    arena.step({setting["lr"], setting["weight_decay"], setting["beta1"], setting["beta2"],
                setting["eps"], static_cast<std::int64_t>(step + 1)});
    ASSERT_LE(near(arena.w, golden["weights"][step]), 1e-6F) << "step " << step + 1;
  }
  EXPECT_LE(near(arena.m, golden["exp_avg"]), 2e-6F);  // moments up to 30
  EXPECT_LE(near(arena.v, golden["exp_avg_sq"]), 2e-6F);
}

TEST(MaskedAdamW, PrunedWeightsAreZeroWhateverTheirGradient) {
  Arena arena = arena_of(200, 200);
  for (std::size_t i = 0; i < 200; ++i)
    if (!arena.is_kept(i))
      arena.g[i] = i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN()
                              : std::numeric_limits<float>::infinity();
  arena.step(kStep);
  for (std::size_t i = 0; i < 200; ++i) {
    if (arena.is_kept(i)) {
      EXPECT_TRUE(std::isfinite(arena.w[i]));
    } else {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(arena.w[i]), 0U);
      EXPECT_EQ(arena.m[i], 0.0F);
      EXPECT_EQ(arena.v[i], 0.0F);
    }
  }
}

TEST(MaskedAdamW, IsTheSameForEveryNumberOfThreads) {
  Arena one = arena_of(100'003, 77'777), many = one;
  one.step(kStep);
  many.step(kStep, 3);
  EXPECT_TRUE(same_bits(one.w, many.w) && same_bits(one.m, many.m) && same_bits(one.v, many.v));
}

TEST(MaskedAdamW, RefusesArraysThatDoNotFit) {
  Arena arena = arena_of(100, 64);
  const auto starts = packing_starts(100, arena.kept, 64);
  Floats short_m(static_cast<std::size_t>(starts.back()) - 1);
  EXPECT_THROW(
      masked_adamw(arena.w, arena.g, short_m, short_m, {100, arena.kept, 64, starts}, kStep),
      LogicError);
  Arena longer = arena_of(64, 64);
  longer.kept_bits = 65;
  EXPECT_THROW(longer.step(kStep), LogicError);
}

TEST(Repack, KeepsWhatBothMasksKeepAndZeroesWhatIsNewOnEveryTarget) {
  test::on_every_target([] {
    for (const std::size_t size : {1UL, 64UL, 129UL, 4096UL, 20'003UL}) {
      const Arena before = arena_of(size, size - size / 5);
      Arena now = before;
      for (std::uint64_t& word : now.kept)
        word = (word * 0x9E3779B97F4A7C15) >> 5;  // neither holds the other
      if (now.kept_bits % 64 != 0) now.kept.back() &= ~(~std::uint64_t{0} << (now.kept_bits % 64));
      const auto old_starts =
                     packing_starts(static_cast<std::int64_t>(size), before.kept, before.kept_bits),
                 starts = packing_starts(static_cast<std::int64_t>(size), now.kept, now.kept_bits);
      Floats from, expected;
      for (std::size_t i = 0; i < size; ++i) {
        if (before.is_kept(i)) from.push_back(before.w[i]);
        if (now.is_kept(i)) expected.push_back(before.is_kept(i) ? before.w[i] : 0.0F);
      }
      ASSERT_EQ(static_cast<std::size_t>(starts.back()), expected.size());
      for (const int threads : {1, 3}) {
        Floats to(expected.size(), -1.0F);
        repack(from, {static_cast<std::int64_t>(size), before.kept, before.kept_bits, old_starts},
               to, {static_cast<std::int64_t>(size), now.kept, now.kept_bits, starts}, threads);
        EXPECT_TRUE(same_bits(to, expected)) << size;
      }
    }
  });
}

TEST(MaskedSquaredNorm, SumsTheKeptSquaresAlikeOnEveryTargetAndThreadCount) {
  const Arena arena = arena_of(100'003, 77'777);
  long double expected = 0;
  for (std::size_t i = 0; i < arena.g.size(); ++i)
    if (arena.is_kept(i)) expected += static_cast<long double>(arena.g[i]) * arena.g[i];
  const double norm = masked_squared_norm(arena.g, arena.kept, arena.kept_bits);
  EXPECT_NEAR(norm, static_cast<double>(expected), 1e-12 * norm);
  test::on_every_target([&] {
    for (const int threads : {1, 2, 5})
      EXPECT_EQ(masked_squared_norm(arena.g, arena.kept, arena.kept_bits, threads), norm);
  });
}

TEST(MaskedSquaredNorm, SeesNanInKeptElementsOnly) {
  Floats g(130, 1.0F);
  Words kept{~std::uint64_t{1}, 0};
  g[0] = g[100] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(masked_squared_norm(g, kept, 128), 65.0);
  kept[0] |= 1;
  EXPECT_TRUE(std::isnan(masked_squared_norm(g, kept, 128)));
  EXPECT_TRUE(std::isnan(masked_squared_norm(g, {}, 0)));
}

TEST(ZeroPruned, ZeroesThePrunedAndTouchesNothingElse) {
  test::on_every_target([] {
    const Arena arena = arena_of(5001, 4500);
    Floats values = arena.w;
    zero_pruned(values, arena.kept, arena.kept_bits, 2);
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(values[i], arena.is_kept(i) ? arena.w[i] : 0.0F) << i;
  });
}
