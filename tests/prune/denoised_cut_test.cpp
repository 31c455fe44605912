// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "engine/state_bytes.hpp"
#include "prune/cut.hpp"
#include "prune/denoiser.hpp"
#include "prune/look_ahead.hpp"
#include "prune/select.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// A cut, and what was reported of it.
struct Cut {
  mask::Mask mask;
  io::RoundRow row;
};

/// A toy that has trained 5 steps, and its next cut.
struct CutToy {
  explicit CutToy(const test::Change& change = [](config::RunConfig&) {})
      : toy(change), state(toy.fresh_state()) {
    toy.train(state, 5);
  }

  prune::PlannedCut planned(std::int64_t keep, bool last = false) const {
    return {.round = 1,
            .train_steps = 5,
            .planned_before = state.mask->kept(),
            .keep = keep,
            .last = last};
  }
  void look_ahead(std::int64_t keep) {
    prune::LookAhead(toy.method, toy.config.isp, planned(keep)).execute(toy.engine, state);
  }
  Cut cut(std::int64_t keep, bool last = false) {
    const bool denoised = toy.config.isp.denoisers > 0;
    if (denoised) look_ahead(keep);
    prune::Cut(toy.method, toy.config, planned(keep, last), denoised).execute(toy.engine, state);
    return {*state.mask, state.records.rounds.back()};
  }
  mask::Mask base(std::int64_t keep) const {
    const auto keys = state.weights.values().narrow(0, 0, state.mask->size());
    return prune::select({keys}, *state.mask, {{0, state.mask->size(), keep}});
  }

  test::ToyRun toy;
  engine::RunState state;
};

constexpr std::int64_t kKeep = 3000;  // of 4096

}  // namespace

TEST(LookAhead, LeavesNoTraceButItsBallotItsRowsAndItsCost) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    const auto before = engine::hash_of(toy.state);
    toy.look_ahead(kKeep);
    toy.state.ballot = {};
    toy.state.records.denoisers.clear();
    toy.state.ledger = CostLedger({toy.state.ledger.rows().front()});  // training's
    EXPECT_EQ(engine::hash_of(toy.state), before) << rule;
  }
}

TEST(DenoisedCut, KeepsExactlyTheCountAndASubsetOfTheMask) {
  for (const char* rule : {"votes", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    const auto mask = toy.base(3500);
    toy.toy.engine.adopt(toy.state, mask);
    const auto cut = toy.cut(kKeep);
    EXPECT_EQ(cut.mask.kept(), kKeep) << rule;
    EXPECT_TRUE(cut.mask.is_subset_of(mask)) << rule;
    EXPECT_GE(cut.row.kept_union, kKeep) << rule;
  }
}

TEST(DenoisedCut, LiterallyUnitedAndAdjustedIsTheCutWithoutLookAhead) {
  CutToy toy([](config::RunConfig& c) { c.isp.union_rule = "literal"; });
  const auto base = toy.base(kKeep);
  EXPECT_EQ(toy.cut(kKeep).mask, base);  // the no-op proposition of methods.md 3.3
}

TEST(DenoisedCut, WithNoDenoiserIsTheCutWithoutLookAhead) {
  for (const char* rule : {"votes", "released", "literal", "mean"}) {
    CutToy toy([&](config::RunConfig& c) {
      c.isp.union_rule = rule;
      c.isp.denoisers = 0;
    });
    const auto base = toy.base(kKeep);
    EXPECT_EQ(toy.cut(kKeep).mask, base) << rule;
  }
}

TEST(DenoisedCut, ByVotesOrMeanDiffersFromTheCutWithoutLookAhead) {
  for (const char* rule : {"votes", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    const auto base = toy.base(kKeep);
    EXPECT_NE(toy.cut(kKeep).mask, base) << rule;
  }
}

TEST(DenoisedCut, ReleasedKeepsTheWholeUnionUntilTheLastCut) {
  const auto released = [](config::RunConfig& c) { c.isp.union_rule = "released"; };
  CutToy toy(released), last(released);
  const auto base = toy.base(kKeep);
  const auto middle = toy.cut(kKeep);
  EXPECT_EQ(middle.mask.kept(), middle.row.kept_union);
  EXPECT_GT(middle.mask.kept(), kKeep);
  EXPECT_TRUE(base.is_subset_of(middle.mask));
  EXPECT_EQ(last.cut(kKeep, true).mask.kept(), kKeep);
}

TEST(DenoisedCut, HasTheBitsOfOneRankOnAnyNumberOfRanks) {
  for (const char* scope : {"global", "tensor"})
    for (const char* rule : {"votes", "released", "literal", "mean"}) {
      const auto cut = [&] {
        return CutToy([&](config::RunConfig& c) {
                 c.prune.scope = scope;
                 c.isp.union_rule = rule;
                 c.isp.denoisers = 5;
               })
            .cut(kKeep);
      };
      const auto together = cut(), alone = test::alone(cut);
      EXPECT_EQ(together.mask, alone.mask) << rule << " " << scope;
      EXPECT_EQ(together.row.kept_union, alone.row.kept_union) << rule << " " << scope;
    }
}

TEST(LookAhead, ReportsEveryDenoiserOnceOnEveryRank) {
  CutToy toy([](config::RunConfig& c) { c.isp.denoisers = 5; });
  toy.look_ahead(kKeep);
  const auto& rows = toy.state.records.denoisers;
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    EXPECT_EQ(rows[n].round, 1);
    EXPECT_EQ(rows[n].denoiser, static_cast<std::int64_t>(n));
    EXPECT_EQ(rows[n].rank, static_cast<std::int64_t>(n) % test::world().size());
    EXPECT_EQ(rows[n].kept, kKeep);
    EXPECT_EQ(rows[n].steps, 4);
    EXPECT_GT(rows[n].first_loss, 0.0);
  }
  EXPECT_EQ(toy.state.ledger.work_of(Phase::look_ahead).steps, 5 * 4);
}

TEST(LookAhead, BooksScoringApart) {
  CutToy toy;
  toy.cut(kKeep);
  std::vector<std::string> phases;
  for (const auto& row : toy.state.ledger.rows()) phases.push_back(row.phase);
  EXPECT_EQ(phases, (std::vector<std::string>{"train", "score", "look_ahead"}));
}

TEST(LookAhead, RunsAgainOnlyTheDenoisersThatHadNotEnded) {
  CutToy whole, interrupted;
  whole.look_ahead(kKeep);
  // the same round, begun by an earlier process: denoiser 0 has voted
  interrupted.look_ahead(kKeep);
  auto& state = interrupted.state;
  std::erase_if(state.ballot.votes, [](const auto& vote) { return vote.row.denoiser != 0; });
  for (auto& vote : state.ballot.votes)
    vote.row.first_loss = 77;  // a mark that training would wipe
  state.records.denoisers.clear();
  interrupted.look_ahead(kKeep);
  const auto &rows = state.records.denoisers, &expected = whole.state.records.denoisers;
  ASSERT_EQ(rows.size(), expected.size());
  EXPECT_EQ(rows[0].first_loss, 77);
  for (std::size_t n = 1; n < rows.size(); ++n) EXPECT_EQ(rows[n].last_loss, expected[n].last_loss);
}

TEST(LookAhead, EndsAllRanksWhenOneDenoiserDiverges) {
  for (const char* rule : {"votes", "mean"}) {
    CutToy toy([&](config::RunConfig& c) { c.isp.union_rule = rule; });
    if (test::world().rank() == 2 % test::world().size())
      toy.toy.images->break_after(2);  // where denoiser 2 runs
    try {
      toy.look_ahead(kKeep);
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
    const auto p = prune::draw_protocol(c, c.train.lr, n / 10, n % 10);
    least = std::min(least, p.lr);
    most = std::max(most, p.lr);
    EXPECT_TRUE(p.weight_decay == 0.0 || p.weight_decay == 0.1 * 0.1 || p.weight_decay == 0.1);
    EXPECT_EQ(p.lr, prune::draw_protocol(c, c.train.lr, n / 10, n % 10).lr);
  }
  EXPECT_GE(least, 1e-3 / std::sqrt(10.0));
  EXPECT_LT(most, 1e-3 * std::sqrt(10.0));
  EXPECT_LT(least, 4e-4);
  EXPECT_GT(most, 2.5e-3);
}
