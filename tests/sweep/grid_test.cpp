// SPDX-License-Identifier: Apache-2.0
#include "sweep/grid.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using namespace stockpot;
using sweep::Axis;
using sweep::Grid;

namespace {

constexpr std::int64_t kMost = 1000;

/// Points as text, `seed=1 isp.rate=0.1`.
std::vector<std::string> texts_of(const Grid& grid) {
  std::vector<std::string> texts;
  for (const auto& point : sweep::points_of(grid, kMost)) {
    std::string text;
    for (const auto& [key, value, where] : point)
      text += (text.empty() ? "" : " ") + key + "=" + value;
    texts.push_back(text);
  }
  return texts;
}

/// What a grid is refused with; empty: it is not.
std::string refusal(const Grid& grid) {
  try {
    sweep::points_of(grid, kMost);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

const Axis kSeeds{"seed", {"1", "2"}};
const Axis kSparsities{"prune.sparsity", {"0.5", "0.7"}};
const Axis kMethods{"prune.method", {"isp", "lth"}};

}  // namespace

TEST(Grid, HasEveryCombinationTheLastAxisFastest) {
  EXPECT_EQ(texts_of({{kMethods, kSeeds}, {}, {}}),
            (std::vector<std::string>{"prune.method=isp seed=1", "prune.method=isp seed=2",
                                      "prune.method=lth seed=1", "prune.method=lth seed=2"}));
}

TEST(Grid, LetsAxesGoInStep) {
  EXPECT_EQ(texts_of({{kSparsities, kMethods, kSeeds}, {{"prune.sparsity", "seed"}}, {}}),
            (std::vector<std::string>{"prune.sparsity=0.5 seed=1 prune.method=isp",
                                      "prune.sparsity=0.5 seed=1 prune.method=lth",
                                      "prune.sparsity=0.7 seed=2 prune.method=isp",
                                      "prune.sparsity=0.7 seed=2 prune.method=lth"}));
}

TEST(Grid, LeavesOutWhatIsExcludedHoweverItIsSpelt) {
  const auto conditions = sweep::conditions_of("prune.method=lth prune.sparsity=0.70; seed=2");
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(texts_of({{kMethods, kSparsities, kSeeds}, {}, conditions}),
            (std::vector<std::string>{"prune.method=isp prune.sparsity=0.5 seed=1",
                                      "prune.method=isp prune.sparsity=0.7 seed=1",
                                      "prune.method=lth prune.sparsity=0.5 seed=1"}));
}

TEST(Grid, SaysAllThatIsWrongAtOnce) {
  const auto text =
      refusal({{{"prune.sparsty", {"0.5"}}, {"isp.denoisers", {"4", "many"}}, kSeeds, kSeeds},
               {{"seed", "train.lr"}},
               sweep::conditions_of("seed=one")});
  for (const char* part :
       {"prune.sparsty is not a setting; did you mean prune.sparsity?", "isp.denoisers=many",
        "seed is twice in the grid", "train.lr goes in step, and has no values", "seed=one"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(Grid, RefusesAxesOfOtherLengthInStepTooManyPointsAndNone) {
  const Axis three{"isp.denoisers", {"0", "2", "4"}};
  EXPECT_NE(refusal({{kSeeds, three}, {{"seed", "isp.denoisers"}}, {}}).find("have 2 and 3 values"),
            std::string::npos);
  const Axis long_one{"seed", std::vector<std::string>(kMost + 1, "1")};
  EXPECT_NE(refusal({{long_one}, {}, {}}).find("more than 1000 combinations"), std::string::npos);
  EXPECT_NE(refusal({{kSeeds}, {}, sweep::conditions_of("seed=1,2")}).find("no point"),
            std::string::npos);
}

TEST(Conditions, AreKeysWithValues) {
  EXPECT_TRUE(sweep::conditions_of("").empty());
  EXPECT_TRUE(sweep::conditions_of(" ; ").empty());
  EXPECT_THROW(sweep::conditions_of("seed"), ConfigError);
  EXPECT_THROW(sweep::conditions_of("=3"), ConfigError);
}
