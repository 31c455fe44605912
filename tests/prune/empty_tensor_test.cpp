// SPDX-License-Identifier: Apache-2.0
// A cut that would leave nothing of a tensor, what every cut leaves of each, and cuts by another
// mask's ratios.
#include <gtest/gtest.h>

#include <bit>

#include "core/error.hpp"
#include "prune/densities.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// A toy whose first query matrix is so small that a global cut removes all of it.
struct Lopsided {
  explicit Lopsided(const test::Change& change = [](config::RunConfig&) {})
      : toy([&](config::RunConfig& c) {
          c.prune.method = "one_shot";
          change(c);
        }),
        state(toy.fresh_state()) {
    state.weights.values().narrow(0, 0, 256).mul_(1e-6);
  }
  test::ToyRun toy;
  engine::RunState state;
};

}  // namespace

TEST(EmptyTensor, IsRefusedByNameBeforeTheCutIsMade) {
  Lopsided run;
  try {
    run.toy.run(run.state);
    ADD_FAILURE() << "an empty tensor went unnoticed";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_configuration);
    EXPECT_NE(std::string(error.what()).find("nothing of encoder.layers.0.self_attn.q_proj.weight"),
              std::string::npos)
        << error.what();
  }
  EXPECT_EQ(run.state.mask->kept(), run.state.mask->size());
  EXPECT_TRUE(run.state.records.rounds.empty());
}

TEST(EmptyTensor, IsAllowedByItsSetting) {
  Lopsided run([](config::RunConfig& c) { c.prune.allow_empty_tensors = true; });
  run.toy.run(run.state);
  EXPECT_EQ(run.state.mask->kept_in(0, 256), 0);
  EXPECT_EQ(run.state.mask->kept(), 2048);
  ASSERT_EQ(run.state.records.events.size(), 1U);
  EXPECT_EQ(run.state.records.events[0].what, "the cut of round 0 leaves nothing of 1 tensors");
}

TEST(EmptyTensor, IsSeenBeforeTheRunWhereThereAreFewerWeightsThanTensors) {
  const test::ToyRun toy;
  const auto& layout = *toy.model->layout();  // 12 prunable tensors
  config::PruneConfig c;
  EXPECT_NO_THROW(prune::check_room(c, 12, layout));
  EXPECT_THROW(prune::check_room(c, 11, layout), ConfigError);
  c.allow_empty_tensors = true;
  EXPECT_NO_THROW(prune::check_room(c, 0, layout));
}

TEST(Densities, OfEveryCutCountEveryTensorExactly) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.run(state);
  const auto& records = state.records;
  ASSERT_EQ(records.densities.size(), 12 * records.rounds.size());
  for (std::size_t round = 0; round < records.rounds.size(); ++round) {
    std::int64_t kept = 0, size = 0;
    for (std::size_t i = 0; i < 12; ++i) {
      const auto& row = records.densities[12 * round + i];
      EXPECT_EQ(row.round, static_cast<std::int64_t>(round));
      kept += row.kept;
      size += row.size;
    }
    EXPECT_EQ(kept, records.rounds[round].kept_after);
    EXPECT_EQ(size, state.mask->size());
  }
  EXPECT_EQ(records.densities.front().tensor, "encoder.layers.0.self_attn.q_proj.weight");
}

namespace {

/// Mean over pairs of a round's masks of |pruned by both| / |pruned by either|, counted bit by bit.
double plain_pair_iou(const engine::Records& records, const io::RoundRow& round) {
  std::vector<std::vector<std::uint8_t>> masks;
  for (const auto& mask : records.denoiser_masks)
    if (mask.round == round.round) masks.push_back(mask.bits);
  double sum = 0;
  int pairs = 0;
  for (std::size_t a = 0; a < masks.size(); ++a)
    for (std::size_t b = a + 1; b < masks.size(); ++b, ++pairs) {
      std::int64_t both = 0, either = 0;
      for (std::size_t i = 0; i < masks[a].size(); ++i) {
        both += std::popcount(static_cast<unsigned>(masks[a][i] & masks[b][i]));
        either += std::popcount(static_cast<unsigned>(masks[a][i] | masks[b][i]));
      }
      sum += static_cast<double>(round.kept_before - either) /
             static_cast<double>(round.kept_before - both);
    }
  return sum / pairs;
}

}  // namespace

TEST(Agreement, OfDenoisersIsInTheRowsOfEveryRound) {
  const auto run = [] {
    test::ToyRun toy([](config::RunConfig& c) { c.isp.save_masks = true; });
    auto state = toy.fresh_state();
    toy.run(state);
    return state.records;
  };
  const auto records = run(), alone = test::alone(run);
  ASSERT_FALSE(records.rounds.empty());
  for (std::size_t i = 0; i < records.rounds.size(); ++i) {
    const auto &row = records.rounds[i], &other = alone.rounds[i];
    EXPECT_EQ(row.pairs, 3);
    EXPECT_NEAR(row.pair_iou, plain_pair_iou(records, row), 1e-12);
    EXPECT_GT(row.pair_kappa, 0.0) << "more alike than chance has it";
    EXPECT_LT(row.pair_kappa, row.pair_cosine);
    EXPECT_EQ(row.pair_kappa, other.pair_kappa) << "on any number of ranks";
    EXPECT_EQ(row.pair_iou, other.pair_iou);
  }
  for (const auto& row : records.denoisers) {
    EXPECT_GT(row.base_kappa, 0.0);
    EXPECT_EQ(row.base_iou == 1, row.differs_from_base == 0);
  }
}

TEST(Ratios, OfAnotherMaskAreKeptExactlyByARandomOne) {
  test::ToyRun toy([](config::RunConfig& c) { c.prune.method = "random"; });
  prune::Budget budget = prune::make_budget(toy.config.train, 200, 4096, 40);
  budget.keep_in = {10, 200, 256, 0, 512, 70, 100, 200, 100, 100, 250, 250};  // 2048 in all
  const auto plan = prune::make_plan(toy.method, toy.config, budget);
  toy.config.prune.allow_empty_tensors = true;
  const auto free_plan = prune::make_plan(toy.method, toy.config, budget);
  auto state = toy.fresh_state();
  EXPECT_THROW(toy.engine.run(*plan.program, state), AgreedError) << "one tensor keeps nothing";
  toy.engine.run(*free_plan.program, state);
  const auto rows = prune::densities_of(*state.mask, *toy.model->layout(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].kept, budget.keep_in[i]);
}

TEST(Ratios, OfAnotherSparsityOrScheduleAreRefused) {
  const test::ToyRun toy([](config::RunConfig& c) { c.prune.method = "random"; });
  prune::Budget budget = prune::make_budget(toy.config.train, 200, 4096, 40);
  budget.keep_in.assign(12, 100);
  try {
    prune::make_plan(toy.method, toy.config, budget);
    ADD_FAILURE() << "1200 weights are not 2048";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("set prune.sparsity to 0.70703125"), std::string::npos)
        << error.what();
  }
  auto method = toy.method;
  method.schedule = "growing";
  budget.keep_in.assign(12, 0);
  budget.keep_in[4] = 2048;
  EXPECT_THROW(prune::make_plan(method, toy.config, budget), ConfigError);
}
