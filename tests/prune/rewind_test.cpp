// SPDX-License-Identifier: Apache-2.0
// LTH and LTH-Rewind by the hashes of what they go back to, and the levels they go through.
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/sparsity.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

std::uint64_t hash_of(std::span<const float> weights, const mask::Mask& mask) {
  std::vector<float> masked(weights.begin(), weights.end());
  for (std::int64_t i = 0; i < mask.size(); ++i)
    if (!mask[i]) masked[static_cast<std::size_t>(i)] = 0;
  return hash_bytes(std::as_bytes(std::span(masked)));
}

/// Keeps the weights of step `step` of the first training, and looks at the state after every
/// rewind.
class RewindWatch final : public engine::Observer {
 public:
  explicit RewindWatch(std::int64_t step) : step_(step) {}

  void step_ended(const engine::RunState& state) override {
    if (state.cursor.step == step_) target_ = test::weights_of(state);
    if (after_rewind_) positions.push_back(state.cursor.position);
    after_rewind_ = false;
  }
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    if (action.describe().find("weights to") == std::string::npos) return;
    ++rewinds;
    if (hash_of(state.weights.host(), *state.mask) != hash_of(target_, *state.mask)) ++wrong;
    if (state.moments.steps != 0 || state.moments.first.abs().max().item().toDouble() != 0) ++wrong;
    after_rewind_ = true;
  }
  void take(const engine::RunState& state) { target_ = test::weights_of(state); }

  int rewinds = 0, wrong = 0;
  std::vector<std::int64_t> positions;  ///< after the first step behind each rewind

 private:
  std::int64_t step_;
  std::vector<float> target_;
  bool after_rewind_ = false;
};

struct Rewound {
  RewindWatch watch;
  test::ToyRun toy;
  engine::RunState state;
  Rewound(std::int64_t step, const test::Change& change)
      : watch(step), toy(change, &watch), state(toy.fresh_state()) {
    watch.take(state);
    toy.run(state);
  }
};

auto lth(const char* method, double sparsity = 0.3) {
  return [=](config::RunConfig& c) {
    c.prune.method = method;
    c.prune.sparsity = sparsity;
    c.prune.search_share = 1;
    c.train.steps = 12;
    c.prune.rewind_step = 4;
  };
}

std::vector<std::int64_t> kept_by_level(const test::Change& change) {
  test::ToyRun toy(change);
  auto state = toy.fresh_state();
  toy.run(state);
  std::vector<std::int64_t> kept;
  for (const auto& row : state.records.rounds) kept.push_back(row.kept_after);
  return kept;
}

}  // namespace

TEST(Lth, GoesBackToTheInitialWeightsBitForBitEachTime) {
  const Rewound run(-1, lth("lth"));
  EXPECT_EQ(run.watch.rewinds, 3);
  EXPECT_EQ(run.watch.wrong, 0);
  EXPECT_EQ(run.watch.positions, (std::vector<std::int64_t>{1, 1, 1})) << "line and data from 0";
  EXPECT_EQ(run.state.records.train.size(), 4U * 12);
}

TEST(LthRewind, GoesBackToStepROfTheFirstTrainingEachTime) {
  const Rewound run(4, lth("lth_rewind"));
  EXPECT_EQ(run.watch.rewinds, 3);
  EXPECT_EQ(run.watch.wrong, 0);
  EXPECT_EQ(run.watch.positions, (std::vector<std::int64_t>{5, 5, 5})) << "line and data from r";
  EXPECT_EQ(run.state.records.train.size(), 12U + 3 * 8);
  for (std::size_t n = 0; n < 8; ++n)
    EXPECT_EQ(run.state.records.train[12 + n].lr, run.state.records.train[4 + n].lr);
}

TEST(LthRewind, TakesTheStepAsStepsAsAFractionOrAsAnEpoch) {
  const auto first_training = [](double rewind_step) {
    Rewound run(-1, [&](config::RunConfig& c) {
      lth("lth_rewind", 0.1)(c);
      c.train.steps = 20;
      c.prune.rewind_step = rewind_step;
    });
    return run.state.records.train.size() - 20;  // of the last training
  };
  EXPECT_EQ(first_training(5), 15U);
  EXPECT_EQ(first_training(0.2), 16U);
  EXPECT_EQ(first_training(0), 7U);  // an epoch of the toy has 13 steps
}

TEST(LthRewind, RefusesAStepThatNoTrainingReaches) {
  for (const double step : {12.0, 4.5, 0.0})
    EXPECT_THROW(test::ToyRun([&](config::RunConfig& c) {
                   lth("lth_rewind")(c);
                   c.prune.rewind_step = step;
                 }),
                 ConfigError)
        << step;
  EXPECT_THROW(test::ToyRun([](config::RunConfig& c) { c.prune.rewind = "step"; }), ConfigError)
      << "without levels";
}

TEST(Lth, RemovesATenthOfTheOriginalOrAFractionOfTheRestPerLevel) {
  EXPECT_EQ(kept_by_level(lth("lth")), (std::vector<std::int64_t>{3686, 3277, 2867}));
  const auto fifths = kept_by_level([](config::RunConfig& c) {
    lth("lth", 0.5)(c);
    c.prune.level_rate = 0.2;
  });
  EXPECT_EQ(fifths, (std::vector<std::int64_t>{3277, 2622, 2098, 2048}));
}
