// SPDX-License-Identifier: Apache-2.0
#include "soup/order.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using namespace stockpot;
using namespace stockpot::soup;

namespace {

std::vector<io::SoupMemberRow> members(const std::vector<std::int64_t>& kept,
                                       const std::vector<double>& validation = {}) {
  std::vector<io::SoupMemberRow> rows(kept.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].kept = kept[i];
    if (!validation.empty()) rows[i].validation = validation[i];
  }
  return rows;
}

Recipe recipe(const char* name) {
  config::SoupConfig config;
  config.method = name;
  return make_recipe(config);
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST(Order, OfLotteryPoolsTakesTheNextDenserBeforeTheNextSparserTicket) {
  const auto rows = members({100, 80, 64, 51, 41});  // levels 0 to 4
  const auto lineup = line_up(recipe("lottery_pools"), rows, 64);
  EXPECT_EQ(lineup.start, 2);
  EXPECT_EQ(lineup.candidates, (Numbers{1, 3, 0, 4}));
  EXPECT_EQ(line_up(recipe("swa"), rows, 100).candidates, (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(line_up(recipe("ema"), rows, 41).candidates, (Numbers{3, 2, 1, 0}));
}

TEST(Order, OfAGreedySoupIsByValidationAndThenByNumber) {
  const auto lineup = line_up(recipe("greedy"), members({9, 9, 9, 9}, {0.7, 0.9, 0.7, 0.9}), 9);
  EXPECT_EQ(lineup.start, 1);
  EXPECT_EQ(lineup.candidates, (Numbers{3, 0, 2}));
}

TEST(Order, OfWeakModelsIsThatOfTheirMakingAndTheNetworkIsTheStart) {
  const auto lineup = line_up(recipe("ims"), members({9, 8, 7}, {0.1, 0.3, 0.2}), 9);
  EXPECT_EQ(lineup.start, -1);
  EXPECT_EQ(lineup.candidates, (Numbers{0, 1, 2}));
}

TEST(Order, WithoutATicketOfTheTargetsCountIsRefused) {
  EXPECT_THROW(line_up(recipe("swa"), members({100, 80}), 64), LogicError);
}
