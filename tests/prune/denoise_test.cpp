// SPDX-License-Identifier: Apache-2.0
#include "prune/denoise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "prune/select.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// A cut of a toy that has trained 5 steps.
struct CutToy {
  explicit CutToy(const std::function<void(config::RunConfig&)>& change = [](config::RunConfig&) {})
      : toy(change), state(toy.fresh_state()) {
    train::Trainer(toy.context).advance(state, 5, "train");
  }
  prune::DenoisedCut cut(std::int64_t keep, bool last = false) {
    return prune::denoised_cut(toy.context, state, {.round = 1, .train_steps = 5, .keep = keep},
                               last, prune::magnitude, "global");
  }
  mask::Mask base(std::int64_t keep) {
    return prune::select(
        state.arena.host_weights().first(static_cast<std::size_t>(state.mask.size())), state.mask,
        keep, "global", state.arena.layout());
  }

  test::ToyRun toy;
  train::TrainState state;
};

constexpr std::int64_t kKeep = 3000;  // of 4096

}  // namespace

TEST(DenoisedCut, LeavesNoTraceOnTheMainState) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    const auto before = test::hash_of(toy.state);
    toy.cut(kKeep);
    EXPECT_EQ(test::hash_of(toy.state), before) << rule;
  }
}

TEST(DenoisedCut, KeepsExactlyTheCountAndASubsetOfTheMask) {
  for (const char* rule : {"votes", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    toy.state.mask = toy.base(3500);
    const auto cut = toy.cut(kKeep);
    EXPECT_EQ(cut.mask.kept(), kKeep) << rule;
    EXPECT_TRUE(cut.mask.is_subset_of(toy.state.mask)) << rule;
    EXPECT_GE(cut.kept_union, kKeep) << rule;
  }
}

TEST(DenoisedCut, LiterallyUnitedAndAdjustedIsTheCutWithoutLookAhead) {
  CutToy toy([](config::RunConfig& c) { c.isp.union_rule = "literal"; });
  EXPECT_EQ(toy.cut(kKeep).mask, toy.base(kKeep));  // the no-op proposition of methods.md 3.3
}

TEST(DenoisedCut, WithNoDenoiserIsTheCutWithoutLookAhead) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) {
      c.isp.union_rule = rule;
      c.isp.denoisers = 0;
    });
    EXPECT_EQ(toy.cut(kKeep).mask, toy.base(kKeep)) << rule;
  }
}

TEST(DenoisedCut, ByVotesOrMeanDiffersFromTheCutWithoutLookAhead) {
  for (const char* rule : {"votes", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    EXPECT_NE(toy.cut(kKeep).mask, toy.base(kKeep)) << rule;
  }
}

TEST(DenoisedCut, ReleasedKeepsTheWholeUnionUntilTheLastCut) {
  CutToy toy([](config::RunConfig& c) { c.isp.union_rule = "released"; });
  const auto middle = toy.cut(kKeep);
  EXPECT_EQ(middle.mask.kept(), middle.kept_union);
  EXPECT_GT(middle.mask.kept(), kKeep);
  EXPECT_TRUE(toy.base(kKeep).is_subset_of(middle.mask));
  EXPECT_EQ(toy.cut(kKeep, true).mask.kept(), kKeep);
}

TEST(DenoisedCut, HasTheBitsOfOneRankOnAnyNumberOfRanks) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    const auto cut = [&] {
      return CutToy([&](config::RunConfig& c) {
               c.isp.union_rule = rule;
               c.isp.denoisers = 5;
             })
          .cut(kKeep);
    };
    const auto together = cut();
    const auto alone = test::alone(cut);
    EXPECT_EQ(together.mask, alone.mask) << rule;
    EXPECT_EQ(together.kept_union, alone.kept_union) << rule;
  }
}

TEST(DenoisedCut, ReportsEveryDenoiserOnceOnEveryRank) {
  CutToy toy([](config::RunConfig& c) { c.isp.denoisers = 5; });
  toy.cut(kKeep);
  const auto& rows = toy.toy.result.denoisers;
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    EXPECT_EQ(rows[n].denoiser, static_cast<std::int64_t>(n));
    EXPECT_EQ(rows[n].rank, static_cast<std::int64_t>(n) % test::world().size());
    EXPECT_EQ(rows[n].kept, kKeep);
    EXPECT_EQ(rows[n].steps, 4);
    EXPECT_GT(rows[n].first_loss, 0.0);
  }
  EXPECT_EQ(toy.toy.ledger.at("look_ahead").steps, 5 * 4);
}

TEST(DenoisedCut, EndsAllRanksWhenOneDenoiserDiverges) {
  for (const char* rule : {"votes", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    if (test::world().rank() == 2 % test::world().size())
      toy.toy.images->break_after(2);  // where denoiser 2 runs
    try {
      toy.cut(kKeep);
      ADD_FAILURE() << "NaN went unnoticed";
    } catch (const AgreedError& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::not_finite);
    }
  }
}

TEST(Protocol, StaysWithinItsRangesAndDependsOnSeedRoundAndNumber) {
  config::RunConfig c;
  c.train.lr = 1e-3;
  c.train.weight_decay = 0.1;
  c.isp.lr_decades = 0.5;
  double least = 1, most = 0;
  for (std::int64_t n = 0; n < 200; ++n) {
    const auto p = prune::draw_protocol(c, n / 10, n % 10);
    least = std::min(least, p.lr);
    most = std::max(most, p.lr);
    EXPECT_TRUE(p.weight_decay == 0.0 || p.weight_decay == 0.1 * 0.1 || p.weight_decay == 0.1);
    EXPECT_EQ(p.lr, prune::draw_protocol(c, n / 10, n % 10).lr);
  }
  EXPECT_GE(least, 1e-3 / std::sqrt(10.0));
  EXPECT_LT(most, 1e-3 * std::sqrt(10.0));
  EXPECT_LT(least, 4e-4);
  EXPECT_GT(most, 2.5e-3);
}
