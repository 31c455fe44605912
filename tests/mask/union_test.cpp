// SPDX-License-Identifier: Apache-2.0
#include "mask/union.hpp"

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "support/world.hpp"

using namespace stockpot;

namespace {

constexpr std::int64_t kSize = 1003;

mask::Mask random_mask(std::uint32_t number) {
  auto mask = mask::Mask::none(kSize);
  RandomStream stream(3, Purpose::random_score, {.denoiser = number});
  for (std::int64_t i = 0; i < kSize; ++i)
    if (stream.uniform() < 0.6 || i % 5 == 0) mask.set(i, true);
  return mask;
}

}  // namespace

TEST(Union, KeepsWhatAnyRankKeeps) {
  const auto& world = test::world();
  auto mask = random_mask(static_cast<std::uint32_t>(world.rank()));
  mask::unite_over_ranks(mask, world);
  for (std::int64_t i = 0; i < kSize; ++i) {
    bool any = false;
    for (int r = 0; r < world.size(); ++r)
      any = any || random_mask(static_cast<std::uint32_t>(r))[i];
    ASSERT_EQ(mask[i], any);
  }
}

TEST(Votes, CountEveryMaskOfEveryRankOnce) {
  const auto& world = test::world();
  constexpr std::uint32_t kMasks = 5;
  std::vector<mask::Mask> own;
  for (std::uint32_t n = static_cast<std::uint32_t>(world.rank()); n < kMasks;
       n += static_cast<std::uint32_t>(world.size()))
    own.push_back(random_mask(n));
  std::vector<const mask::Mask*> brought;
  for (const auto& mask : own) brought.push_back(&mask);
  const auto votes = mask::count_votes(brought, kSize, world);
  std::size_t contested = 0;
  for (std::int64_t i = 0; i < kSize; ++i) {
    std::uint16_t count = 0;
    for (std::uint32_t n = 0; n < kMasks; ++n)
      count = static_cast<std::uint16_t>(count + (random_mask(n)[i] ? 1 : 0));
    ASSERT_EQ(votes.unanimous[i], count == kMasks);
    ASSERT_EQ(votes.united[i], count > 0);
    if (count == 0 || count == kMasks) continue;
    ASSERT_EQ(votes.contested.at(contested), i);
    ASSERT_EQ(votes.counts.at(contested++), count);
  }
  EXPECT_EQ(contested, votes.contested.size());
}
