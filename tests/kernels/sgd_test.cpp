// SPDX-License-Identifier: Apache-2.0
#include "kernels/sgd.hpp"

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

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

using Floats = std::vector<float>;
using Words = std::vector<std::uint64_t>;

/// n weights of which the first `bits` have a mask; whole words and mixed ones.
struct Arena {
  Arena(std::size_t n, std::size_t bits)
      : w(n), g(n), m(n), kept((bits + 63) / 64), kept_bits(static_cast<std::int64_t>(bits)) {
    RandomStream random(n, Purpose::random_score);
    for (auto* values : {&w, &g, &m})
      for (float& value : *values) value = static_cast<float>(random.normal());
    for (std::size_t i = 0; i < bits; ++i)
      if ((i / 64) % 2 == 0 || random.below(2) == 0) kept[i / 64] |= std::uint64_t{1} << (i % 64);
    starts = packing_starts(static_cast<std::int64_t>(n), kept, kept_bits);
    std::erase_if(m, [&, i = std::size_t{0}](float) mutable { return !is_kept(i++); });
  }

  bool is_kept(std::size_t i) const {
    return static_cast<std::int64_t>(i) >= kept_bits || (kept[i / 64] >> (i % 64) & 1) != 0;
  }
  void step(const SgdStep& numbers, int threads = 1) {
    masked_sgd(w, g, m, {static_cast<std::int64_t>(w.size()), kept, kept_bits, starts}, numbers,
               threads);
  }
  /// The formula, one weight at a time.
  void step_by_hand(const SgdStep& s) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (!is_kept(i)) {
        w[i] = 0;
        continue;
      }
      const float pull =
          g[i] * static_cast<float>(s.gradient_scale) + static_cast<float>(s.weight_decay) * w[i];
      m[place] = m[place] * static_cast<float>(s.momentum) + pull;
      w[i] = w[i] - static_cast<float>(s.lr) * m[place++];
    }
  }
  bool operator==(const Arena& other) const {
    const auto same = [](const Floats& a, const Floats& b) {
      return std::ranges::equal(a, b, {}, std::bit_cast<std::uint32_t, float>,
                                std::bit_cast<std::uint32_t, float>);
    };
    return same(w, other.w) && same(m, other.m);
  }

  Floats w, g, m;
  Words kept;
  std::int64_t kept_bits;
  std::vector<std::int64_t> starts;
};

constexpr SgdStep kStep{.lr = 3e-3, .weight_decay = 0.1, .momentum = 0.9, .gradient_scale = 0.37};

}  // namespace

TEST(MaskedSgd, EqualsTheFormulaBitForBitOnEveryTarget) {
  test::on_every_target([] {
    for (const auto& [n, bits] : {std::pair{1UL, 0UL},
                                  {1UL, 1UL},
                                  {63UL, 10UL},
                                  {64UL, 64UL},
                                  {129UL, 65UL},
                                  {9001UL, 8190UL},
                                  {9001UL, 9001UL}}) {
      Arena arena(n, bits), expected = arena;
      for (int i = 0; i < 2; ++i) {
        arena.step(kStep);
        expected.step_by_hand(kStep);
      }
      EXPECT_TRUE(arena == expected) << n << ' ' << bits;
    }
  });
}

TEST(MaskedSgd, FollowsTorchOver20Steps) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/sgd.json");
  const auto golden = nlohmann::json::parse(file);
  const auto& setting = golden["setting"];
  Arena arena(golden["start"].size(), 0);
  arena.w = golden["start"].get<Floats>();
  std::ranges::fill(arena.m, 0.0F);
  const auto worst = [](const Floats& got, const nlohmann::json& wanted) {
    float largest = 0;
    for (std::size_t i = 0; i < got.size(); ++i)
      largest = std::max(largest, std::abs(got[i] - wanted[i].get<float>()));
    return largest;
  };
  for (std::size_t step = 0; step < 20; ++step) {
    arena.g = golden["gradients"][step].get<Floats>();
    arena.step({golden["rates"][step], setting["weight_decay"], setting["momentum"]});
    ASSERT_LE(worst(arena.w, golden["weights"][step]), 1e-6F) << "step " << step + 1;
  }
  EXPECT_LE(worst(arena.m, golden["momentum_buffer"]), 2e-6F);
}

TEST(MaskedSgd, PrunedWeightsAreZeroWhateverTheirGradient) {
  Arena arena(200, 200);
  for (std::size_t i = 0; i < 200; ++i)
    if (!arena.is_kept(i)) arena.g[i] = std::numeric_limits<float>::quiet_NaN();
  arena.step(kStep);
  for (std::size_t i = 0; i < 200; ++i)
    EXPECT_TRUE(arena.is_kept(i) ? std::isfinite(arena.w[i])
                                 : std::bit_cast<std::uint32_t>(arena.w[i]) == 0)
        << i;
}

TEST(MaskedSgd, IsTheSameForEveryNumberOfThreads) {
  Arena one(100'003, 77'777), many = one;
  one.step(kStep);
  many.step(kStep, 3);
  EXPECT_TRUE(one == many);
}

TEST(MaskedSgd, RefusesArraysThatDoNotFit) {
  Arena arena(100, 64);
  arena.m.pop_back();
  EXPECT_THROW(arena.step(kStep), LogicError);
  Arena longer(64, 64);
  longer.g.pop_back();
  EXPECT_THROW(longer.step(kStep), LogicError);
}
