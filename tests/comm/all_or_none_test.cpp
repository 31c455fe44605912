// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/provenance.hpp"
#include "support/world.hpp"

using namespace stockpot;

namespace {

/// What all_or_none throws on this rank where `fails(rank)` says who fails.
template <typename Fails>
std::pair<int, std::string> outcome(Fails fails) {
  try {
    comm::all_or_none(test::world(), [&] {
      if (fails(test::world().rank())) throw IoError("cannot read file of rank");
    });
  } catch (const AgreedError& error) {
    return {static_cast<int>(error.exit_code()), error.what()};
  }
  return {0, ""};
}

}  // namespace

TEST(AllOrNone, ReturnsWhereNoRankFails) {
  EXPECT_EQ(outcome([](int) { return false; }).first, 0);
}

TEST(AllOrNone, ThrowsTheBareTextWhereEveryRankFails) {
  EXPECT_EQ(outcome([](int) { return true; }),
            (std::pair<int, std::string>{74, "cannot read file of rank"}));
}

TEST(AllOrNone, NamesRankAndHostOfTheFirstRankThatFailedOnEveryRank) {
  if (test::world().size() == 1) GTEST_SKIP() << "needs two ranks";
  const auto expected = "rank 1 on " + host_name() + ": cannot read file of rank";
  EXPECT_EQ(outcome([](int rank) { return rank >= 1; }),
            (std::pair<int, std::string>{74, expected}));
}

TEST(RequireEqual, PassesEqualCountsAndTellsDifferentOnesOnEveryRank) {
  const auto& world = test::world();
  comm::require_equal(world, 7, "samples");
  if (world.size() == 1) GTEST_SKIP() << "needs two ranks";
  try {
    comm::require_equal(world, world.rank() == 1 ? 8 : 7, "samples");
    FAIL() << "different counts pass";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("different numbers of samples: 7, 8"),
              std::string::npos)
        << error.what();
  }
}
