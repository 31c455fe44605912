// SPDX-License-Identifier: Apache-2.0
// Every preset on the toy: what it promises, and the bits of one rank and of several.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "config/render.hpp"
#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "engine/state_bytes.hpp"
#include "model/weights_file.hpp"
#include "soup/member_files.hpp"
#include "soup/member_rows.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

auto with_soup(const char* method, const char* name, const test::Change& more = [](auto&) {}) {
  return [=](config::RunConfig& c) {
    c.prune.method = method;
    c.soup.method = name;
    c.soup.count = 3;
    c.soup.steps = 5;
    more(c);
  };
}

struct Ended {
  mask::Mask mask;
  std::vector<float> weights;
  engine::Records records;
  CostLedger ledger;
  double validation;
};

Ended run(const test::Change& change) {
  test::ToyRun toy(change);
  auto state = toy.fresh_state();
  toy.run(state);
  return {*state.mask, test::weights_of(state), state.records, state.ledger,
          state.validation.primary};
}

engine::RunIdentity identity_of(const test::ToyRun& toy) {
  return engine::identity_of(config::run_id(toy.config), *toy.model->layout(), toy.splits);
}

/// Keeps the bytes of the state, of all ranks, after every action.
class StateKeeper final : public engine::Observer {
 public:
  void use(const test::ToyRun& toy) { identity_ = identity_of(toy); }
  void action_ended(const engine::RunState& state, const engine::Action&) override {
    const auto& world = test::world();
    states.push_back(
        world.gather_bytes(engine::part_bytes(state, identity_, world.rank(), world.size())));
  }
  std::vector<std::vector<std::vector<std::byte>>> states;

 private:
  engine::RunIdentity identity_;
};

std::vector<io::SoupTrial> accepted(const Ended& ended) {
  std::vector<io::SoupTrial> rows;
  std::ranges::copy_if(ended.records.soup, std::back_inserter(rows),
                       [](const auto& row) { return row.accepted; });
  return rows;
}

}  // namespace

TEST(Soups, TrainTheirMembersInThePlaceOfTheLastTrainingAndSayWhatTheyTried) {
  const auto uniform = run(with_soup("dense", "uniform"));
  EXPECT_TRUE(uniform.records.train.empty());
  ASSERT_EQ(uniform.records.soup_members.size(), 3U);
  for (const auto& row : uniform.records.soup_members) {
    EXPECT_EQ(row.steps, 30);
    EXPECT_EQ(row.kept, uniform.mask.size());
    EXPECT_TRUE(std::isfinite(row.validation));
  }
  const auto rows = accepted(uniform);
  ASSERT_EQ(rows.size(), 3U) << "the start and two more";
  EXPECT_DOUBLE_EQ(rows[1].share, 1.0 / 2);
  EXPECT_DOUBLE_EQ(rows[2].share, 1.0 / 3);
  EXPECT_EQ(uniform.ledger.work_of(Phase::soup).steps, 90);
}

TEST(Soups, OfAPrunedNetworkKeepItsMask) {
  const auto ended = run(with_soup("one_shot", "uniform"));
  EXPECT_EQ(ended.mask.kept(), keep_count(0.5, ended.mask.size()));
  for (std::int64_t i = 0; i < ended.mask.size(); ++i)
    if (!ended.mask[i]) {
      ASSERT_EQ(ended.weights[static_cast<std::size_t>(i)], 0.0F);
    }
}

TEST(Soups, ThatAreGreedyAreNotWorseOnValidationThanTheirBestMember) {
  const auto ended = run(with_soup("dense", "greedy"));
  double best = 0;
  for (const auto& row : ended.records.soup_members) best = std::max(best, row.validation);
  EXPECT_GE(ended.validation, best);
  EXPECT_EQ(accepted(ended).front().validation, best) << "the start is the best member";
}

TEST(Soups, OfWeakModelsFoldEachByTheBestShareAndThenTrainTheWholeBudget) {
  const auto ended = run(with_soup("dense", "ims", [](auto& c) { c.soup.grid = "0:0.25:1"; }));
  EXPECT_EQ(ended.records.train.size(), 30U);
  EXPECT_EQ(ended.records.soup_members.size(), 3U);
  EXPECT_EQ(ended.records.soup.size(), 1U + 3 * 5);
  for (const auto& row : ended.records.soup_members)
    EXPECT_LT(row.kept, ended.mask.size()) << "weak models are sparse";
  double before = ended.records.soup.front().validation;
  for (const auto& row : accepted(ended)) {
    EXPECT_GE(row.validation, before) << "a share of 0 is on the grid";
    before = row.validation;
  }
  EXPECT_EQ(ended.mask.kept(), ended.mask.size());
}

TEST(Soups, TakeTheSmallestOfEquallyGoodShares) {
  // no training: all trials of a network with itself are equal
  const auto ended = run(with_soup("dense", "ims", [](auto& c) {
    c.soup.steps = 1;
    c.soup.lrs = "1e-12";
    c.soup.sparsities = "0";
    c.soup.grid = "0.25 0.5 0.75";
  }));
  for (std::size_t i = 1; i < ended.records.soup.size(); ++i)
    EXPECT_EQ(ended.records.soup[i].accepted, ended.records.soup[i].share == 0.25);
}

TEST(Soups, OfTicketsEndAtTheExactCountAndNotBelowTheirTicketOnValidation) {
  for (const char* prune : {"during", "after"}) {
    const auto ended = run(with_soup("lth", "lottery_pools", [&](auto& c) {
      c.soup.prune = prune;
      c.soup.beyond = 1;
    }));
    EXPECT_EQ(ended.mask.kept(), keep_count(0.5, ended.mask.size()));
    EXPECT_EQ(ended.records.soup_members.size(), 7U) << "dense, 5 levels, one beyond";
    EXPECT_EQ(ended.records.soup.size(), 1U + 6 * 11);
    const std::string during = "during";
    if (prune == during) {
      EXPECT_GE(ended.validation, ended.records.soup.front().validation);
    }
  }
  for (const char* average : {"swa", "ema"}) {
    const auto ended = run(with_soup("lth", average));
    EXPECT_EQ(ended.mask.kept(), keep_count(0.5, ended.mask.size())) << average;
    EXPECT_EQ(accepted(ended).size(), ended.records.soup.size()) << average;
  }
}

TEST(Soups, BetweenFirstAndLastWeightsTakeTheShareThatIsBestOnValidation) {
  const auto ended = run(with_soup("dense", "wise"));
  ASSERT_EQ(ended.records.soup.size(), 12U);
  double best = 0;
  for (std::size_t i = 1; i < 12; ++i) best = std::max(best, ended.records.soup[i].validation);
  EXPECT_EQ(ended.validation, best);
  EXPECT_EQ(ended.records.soup_members.front().source, "the trained network");
  EXPECT_GT(ended.records.soup_members.front().distance, 0);
}

TEST(Soups, HaveTheBitsOfOneRankOnAnyNumber) {
  for (const auto& [method, name] :
       {std::pair("dense", "greedy"), std::pair("dense", "ims"), std::pair("lth", "lottery_pools"),
        std::pair("dense", "wise")}) {
    const auto change = with_soup(method, name, [](auto& c) { c.train.steps = 8; });
    const auto together = run(change);
    test::ToyRun toy(change);
    const auto alone_group = test::world().alone();
    const train::Task alone{toy.config, *toy.model, toy.splits, alone_group};
    const auto reducer = comm::make_gradient_reducer("mpi", {}, alone_group);
    engine::Engine engine(alone, *reducer, toy.journal);
    engine.keep_files_in(toy.folder.path());
    auto state = toy.fresh_state();
    engine.run(*toy.plan.program, state);
    EXPECT_EQ(test::weights_of(state), together.weights) << name;
    EXPECT_EQ(*state.mask, together.mask) << name;
    ASSERT_EQ(state.records.soup.size(), together.records.soup.size());
    for (std::size_t i = 0; i < state.records.soup.size(); ++i)
      EXPECT_EQ(state.records.soup[i].validation, together.records.soup[i].validation) << name;
    EXPECT_EQ(state.ledger.work_of(Phase::soup), together.ledger.work_of(Phase::soup)) << name;
  }
}

TEST(Soups, GoOnFromTheBytesOfTheirStateAfterEveryAction) {
  for (const auto& [method, name] :
       {std::pair("dense", "greedy"), std::pair("dense", "ims"), std::pair("dense", "wise")}) {
    const auto change = with_soup(method, name, [](auto& c) { c.train.steps = 6; });
    StateKeeper keeper;
    test::ToyRun toy(change, &keeper);
    keeper.use(toy);
    auto state = toy.fresh_state();
    toy.run(state);
    const auto states = std::exchange(keeper.states, {});  // those that go on are kept too
    ASSERT_GE(states.size(), 2U) << name;
    for (const auto& parts : states) {
      std::vector<engine::StatePart> named;
      for (const auto& part : parts) named.push_back({part, "part"});
      auto resumed =
          engine::read_state(named, identity_of(toy), model::Weights(toy.model->layout(), at::kCPU),
                             test::world().rank(), test::world().size());
      toy.run(resumed);
      EXPECT_EQ(test::weights_of(resumed), test::weights_of(state)) << name;
      EXPECT_EQ(resumed.records.soup.size(), state.records.soup.size()) << name;
    }
  }
}

TEST(Soups, CostWhatTheirPlanForesees) {
  for (const auto& [method, name] :
       {std::pair("dense", "greedy"), std::pair("dense", "ims"), std::pair("lth", "lottery_pools"),
        std::pair("dense", "wise"), std::pair("dense", "uniform")}) {
    test::ToyRun toy(with_soup(method, name, [](auto& c) { c.soup.connectivity = false; }));
    auto forecast = toy.forecast();
    forecast.run(*toy.plan.program);
    auto state = toy.fresh_state();
    toy.run(state);
    const auto foreseen = forecast.ledger.work_of(Phase::soup),
               done = state.ledger.work_of(Phase::soup);
    EXPECT_EQ(foreseen.steps, done.steps) << name;
    EXPECT_EQ(foreseen.samples, done.samples) << name;
    EXPECT_EQ(foreseen.flops_executed, done.flops_executed) << name;
  }
}

TEST(Soups, ThatCannotBeMadeAreRefusedBeforeAnythingStarts) {
  const auto refused = [](const test::Change& change) {
    try {
      test::ToyRun toy(change);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(refused(with_soup("one_shot", "lottery_pools")).find("mixes the levels of a search"),
            std::string::npos);
  EXPECT_NE(refused(with_soup("dense", "greedy", [](auto& c) { c.data.validation_size = 0; }))
                .find("chooses on validation samples"),
            std::string::npos);
  EXPECT_NE(
      refused(with_soup("dense", "uniform", [](auto& c) { c.soup.count = 1; })).find("two or more"),
      std::string::npos);
  EXPECT_NE(refused(with_soup("dense", "uniform", [](auto& c) { c.soup.batches = "100000"; }))
                .find("soup.batches 100000 does not fit"),
            std::string::npos);
  EXPECT_NE(refused(with_soup("isp", "uniform", [](auto& c) { c.soup.members = "a b"; }))
                .find("soup.members are finished"),
            std::string::npos);
}
