// SPDX-License-Identifier: Apache-2.0
// What --dry-run shows is what a run does: the same actions, ending at the same cursors, at the
// same cost.
#include "engine/program.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "engine/training.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// An action as it has ended.
struct Ended {
  std::string what;
  engine::Cursor cursor;
  bool operator==(const Ended&) const = default;
};

void PrintTo(const Ended& ended, std::ostream* out) {
  *out << ended.what << " (action " << ended.cursor.action << ", step " << ended.cursor.step
       << ", kept " << ended.cursor.kept << ")";
}

class Recorder final : public engine::Observer {
 public:
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    ended.push_back({action.describe(), state.cursor});
  }
  std::vector<Ended> ended;
};

Work counts_of(const PhaseCost& row) {
  return {row.steps, row.samples, row.flops_executed, 0};  // theory differs: which weights go
}

void expect_foreseen(const test::Change& change, const std::string& name) {
  Recorder recorder;
  test::ToyRun toy(change, &recorder);
  auto forecast = toy.forecast();
  std::vector<Ended> foreseen;
  forecast.run(*toy.plan.program, [&](const engine::Action& action, const engine::Forecast& after) {
    foreseen.push_back({action.describe(), after.cursor});
  });
  auto state = toy.fresh_state();
  toy.run(state);
  EXPECT_EQ(recorder.ended, foreseen) << name;
  ASSERT_EQ(state.ledger.rows().size(), forecast.ledger.rows().size()) << name;
  for (std::size_t i = 0; i < state.ledger.rows().size(); ++i) {
    const auto &done = state.ledger.rows()[i], &planned = forecast.ledger.rows()[i];
    EXPECT_EQ(done.phase, planned.phase) << name;
    EXPECT_EQ(counts_of(done), counts_of(planned)) << name << " " << done.phase;
  }
}

}  // namespace

TEST(Program, ForeseesEveryActionOfEveryMethod) {
  for (const auto& row : prune::described_methods())
    expect_foreseen(
        [&](config::RunConfig& c) {
          c.prune.method = row.method.name;
          c.prune.rewind_step = 2;
          c.prune.early_bird_distance = 0;  // a forecast is of the latest draw
          c.prune.early_bird_steps = 3;
          c.prune.samples_per_class = 5;
          c.prune.score_batches = 2;
          c.prune.allow_empty_tensors = true;
        },
        row.method.name);
}

TEST(Program, ForeseesWhatOtherChoicesDo) {
  expect_foreseen(
      [](config::RunConfig& c) {
        c.train.evaluate_every = 4;
        c.train.select = "validation";
      },
      "selection on validation");
  expect_foreseen([](config::RunConfig& c) { c.prune.rewind = "initial"; },
                  "growing and rewinding");
  expect_foreseen([](config::RunConfig& c) { c.isp.denoisers = 0; }, "no denoisers");
  expect_foreseen([](config::RunConfig& c) { c.data.validation_size = 0; }, "no validation");
  expect_foreseen(
      [](config::RunConfig& c) {
        c.prune.score = "snip";
        c.prune.allow_empty_tensors = true;
      },
      "denoisers that score");
  expect_foreseen([](config::RunConfig& c) { c.isp.look_ahead_share = 0.3; },
                  "a share of an epoch");
  expect_foreseen(
      [](config::RunConfig& c) {
        c.prune.method = "lth";
        c.prune.rewind = "keep";
        c.prune.scope = "tensor";
      },
      "levels without rewinding");
}

TEST(Program, GivesTheSameActionUntilItIsOver) {
  test::ToyRun toy;
  engine::Cursor cursor;
  const auto* action = toy.plan.program->next(cursor);
  cursor.done = 1;
  EXPECT_EQ(toy.plan.program->next(cursor), action);
}

TEST(Program, RefusesToGoOnBehindItsEnd) {
  engine::ListProgram program;
  program.add(std::make_unique<engine::Evaluate>(false));
  EXPECT_EQ(program.next({.action = 1}), nullptr);
  EXPECT_THROW(program.next({.action = 2}), DataError);
}

TEST(Program, ComesToTheBranchThatAnActionChose) {
  engine::ListProgram program;
  for (int i = 0; i < 2; ++i) {
    program.add(std::make_unique<engine::Evaluate>(false));
    program.begin_branch(i + 1);
    program.add(std::make_unique<engine::Train>(Phase::train, i + 1));
    program.end_branch();
  }
  EXPECT_EQ(program.next({.action = 1})->describe(), "evaluate on validation");
  EXPECT_EQ(program.next({.action = 1, .branch = 1})->describe(), "train 1 steps");
  EXPECT_EQ(program.next({.action = 2, .branch = 2})->describe(), "train 2 steps");
  EXPECT_EQ(program.next({.action = 2, .branch = 1}), nullptr);
  EXPECT_THROW(program.next({.action = 1, .branch = 2}), DataError) << "before it begins";
  EXPECT_THROW(program.next({.action = 3, .branch = 1}), DataError) << "behind its end";
  EXPECT_THROW(program.next({.action = 1, .branch = 3}), DataError) << "there is none";
}

TEST(Program, HasNothingLeftForAStateAtItsEnd) {
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.run(state);
  const auto before = test::weights_of(state);
  const auto cursor = state.cursor;
  toy.run(state);
  EXPECT_EQ(state.cursor, cursor);
  EXPECT_EQ(test::weights_of(state), before);
}
