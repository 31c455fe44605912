// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/checkpoints.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "checkpoint/resume.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "io/files.hpp"
#include "support/toy.hpp"

using namespace stockpot;
using checkpoint::Checkpoints;
using io::CheckpointStore;

namespace {

namespace fs = std::filesystem;

/// A folder that all ranks share.
class SharedDir {
 public:
  SharedDir() : path_(test::world().broadcast(own_.path().string())) {}
  ~SharedDir() { test::world().barrier(); }
  SharedDir(const SharedDir&) = delete;
  SharedDir& operator=(const SharedDir&) = delete;
  const fs::path& path() const { return path_; }

 private:
  test::TempDir own_;
  fs::path path_;
};

engine::RunIdentity identity_of(const test::ToyRun& toy) {
  return engine::identity_of(config::run_id(toy.config), *toy.model->layout(), toy.splits, "files");
}

void nothing(config::RunConfig&) {}

/// A toy run that is saved, in a folder.
struct SavedToy {
  explicit SavedToy(const fs::path& folder, const config::CheckpointConfig& settings,
                    const test::Change& change = nothing, std::int64_t attempt = 1,
                    std::optional<io::CheckpointManifest> from = std::nullopt)
      : store(folder),
        config(settings),
        identity(identity_of(test::ToyRun(change))),
        checkpoints(
            store, config,
            {.identity = identity, .method = "isp", .attempt = attempt, .from = std::move(from)},
            test::world()) {}

  std::optional<checkpoint::Resumed> resume(const test::ToyRun& toy) const {
    return checkpoint::resume(store, identity, model::Weights(toy.model->layout(), at::kCPU),
                              test::world());
  }

  io::CheckpointStore store;
  config::CheckpointConfig config;
  engine::RunIdentity identity;
  Checkpoints checkpoints;
};

config::CheckpointConfig every(std::int64_t steps, std::int64_t keep = 1000) {
  return {.every_steps = steps, .every_s = 0, .keep = keep};
}

std::uint64_t undisturbed(const test::Change& change = nothing) {
  test::ToyRun toy(change);
  auto state = toy.fresh_state();
  toy.run(state);
  return engine::hash_of(state);
}

void on_root(const auto& work) {
  test::world().barrier();
  if (test::world().is_root()) work();
  test::world().barrier();
}

/// Passes on to checkpoints, and asks them to stop on one rank after so many calls.
class Asker final : public engine::Observer {
 public:
  Asker(Checkpoints& checkpoints, int steps, int looks)
      : checkpoints_(checkpoints), steps_(steps), looks_(looks) {}

  void step_ended(const engine::RunState& state) override {
    if (steps_-- == 0) ask();
    checkpoints_.step_ended(state);
  }
  void part_ended(const engine::RunState& state) override { checkpoints_.part_ended(state); }
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    checkpoints_.action_ended(state, action);
  }
  void look_ahead_step_ended(const engine::RunState& state) override {
    if (looks_-- == 0) ask();
    checkpoints_.look_ahead_step_ended(state);
  }

 private:
  void ask() {
    // the last rank that has a denoiser
    if (test::world().rank() == std::min(test::world().size(), 3) - 1) checkpoints_.request_stop();
  }
  Checkpoints& checkpoints_;
  int steps_, looks_;
};

}  // namespace

TEST(Checkpoints, EveryOneIsGoneOnFromToTheSameBits) {
  const auto expected = undisturbed();
  const SharedDir folder;
  SavedToy saved(folder.path(), every(1));
  {
    test::ToyRun toy(nothing, &saved.checkpoints);
    auto state = toy.fresh_state();
    toy.run(state);
    saved.checkpoints.finish();
    ASSERT_EQ(engine::hash_of(state), expected) << "saving changed the run";
  }
  std::size_t tried = 0;
  while (true) {
    test::ToyRun toy;
    auto resumed = saved.resume(toy);
    if (!resumed) break;
    toy.run(resumed->state);
    ASSERT_EQ(engine::hash_of(resumed->state), expected) << resumed->manifest.name;
    on_root([&] { saved.store.remove(resumed->manifest.name); });
    ++tried;
  }
  // 30 steps, and ends of look-aheads: as many as there are rounds of them on this number of ranks
  EXPECT_GT(tried, 32U);
}

TEST(Checkpoints, KeepsTheNewestOnes) {
  const SharedDir folder;
  SavedToy saved(folder.path(), every(10, 2));
  test::ToyRun toy(nothing, &saved.checkpoints);
  auto state = toy.fresh_state();
  toy.run(state);
  saved.checkpoints.save(state);
  saved.checkpoints.save(state);  // of the same steps: nothing to be done
  test::world().barrier();
  const auto names = saved.store.names();
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0], saved.checkpoints.newest());
  EXPECT_EQ(saved.store.manifest_of(names[0]).parent, names[1]);
  EXPECT_EQ(test::files_in(saved.store.path()), 2U);
  EXPECT_EQ(saved.store.manifest_of(names[0]).steps,
            checkpoint::executed_steps(state, test::world()));
  test::world().barrier();
}

TEST(Checkpoints, AreMadeByTimeToo) {
  const SharedDir folder;
  SavedToy saved(folder.path(), {.every_steps = 0, .every_s = 1e-9, .keep = 1000});
  test::ToyRun toy(nothing, &saved.checkpoints);
  auto state = toy.fresh_state();
  toy.train(state, 3);
  saved.checkpoints.finish();
  test::world().barrier();
  EXPECT_EQ(saved.store.names().size(), 3U);
  test::world().barrier();
}

TEST(Checkpoints, ARunThatIsAskedToStopIsSavedAnywhereAndGoesOnToTheSameBits) {
  const auto expected = undisturbed();
  struct Case {
    int steps, looks;
  };
  // in trainings, in the first, middle and last steps of look-aheads
  for (const auto [steps, looks] : {Case{0, -1}, Case{7, -1}, Case{29, -1}, Case{-1, 0},
                                    Case{-1, 2}, Case{-1, 3}, Case{-1, 5}}) {
    const SharedDir folder;
    SavedToy saved(folder.path(), every(0));
    Asker asker(saved.checkpoints, steps, looks);
    std::int64_t stopped_at = -1;
    {
      test::ToyRun toy(nothing, &asker);
      auto state = toy.fresh_state();
      try {
        toy.run(state);
      } catch (const AgreedError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::requeue);
        stopped_at = state.cursor.step;
        saved.checkpoints.save(state);
      }
    }
    ASSERT_GE(stopped_at, 0) << steps << " " << looks;
    EXPECT_LE(stopped_at, 30);
    test::ToyRun toy;
    auto resumed = saved.resume(toy);
    ASSERT_TRUE(resumed);
    toy.run(resumed->state);
    EXPECT_EQ(engine::hash_of(resumed->state), expected) << steps << " " << looks;
  }
}

TEST(Checkpoints, ADamagedOneIsPassedOverAndNoneIsRefused) {
  const auto expected = undisturbed();
  const SharedDir folder;
  SavedToy saved(folder.path(), every(12, 3));
  {
    test::ToyRun toy(nothing, &saved.checkpoints);
    auto state = toy.fresh_state();
    toy.run(state);
    saved.checkpoints.finish();
  }
  test::world().barrier();
  const auto names = saved.store.names();
  ASSERT_EQ(names.size(), 3U);
  const auto last_part = io::part_name(test::world().size() - 1);
  on_root([&] {
    const auto file = saved.store.path_of(names[0]) / last_part;
    auto bytes = test::read_text(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    test::write_text(file, bytes);
    fs::remove(saved.store.path_of(names[1]) / last_part);
  });
  test::ToyRun toy;
  auto resumed = saved.resume(toy);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->manifest.name, names[2]);
  toy.run(resumed->state);
  EXPECT_EQ(engine::hash_of(resumed->state), expected);

  on_root([&] { fs::resize_file(saved.store.path_of(names[2]) / last_part, 100); });
  try {
    saved.resume(toy);
    ADD_FAILURE() << "went on from a damaged checkpoint";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_input);
    const std::string text = error.what();
    for (const auto& name : names) EXPECT_NE(text.find(name), std::string::npos) << text;
    EXPECT_NE(text.find("--force starts over"), std::string::npos) << text;
  }
}

TEST(Checkpoints, OfOtherSettingsOrFilesAreRefused) {
  const SharedDir folder;
  SavedToy saved(folder.path(), every(12));
  test::ToyRun toy(nothing, &saved.checkpoints);
  auto state = toy.fresh_state();
  toy.train(state, 12);
  saved.checkpoints.finish();
  const auto code_of = [&](const engine::RunIdentity& identity) {
    try {
      checkpoint::resume(saved.store, identity, model::Weights(toy.model->layout(), at::kCPU),
                         test::world());
      return ExitCode::done;
    } catch (const AgreedError& error) {
      return error.exit_code();
    }
  };
  auto other = saved.identity;
  other.settings = "0123456789abcdef";
  EXPECT_EQ(code_of(other), ExitCode::bad_configuration);
  other = saved.identity;
  other.inputs = "other files";
  EXPECT_EQ(code_of(other), ExitCode::bad_configuration);
  other = saved.identity;
  other.data = "other samples";
  EXPECT_EQ(code_of(other), ExitCode::bad_input);
  EXPECT_EQ(code_of(saved.identity), ExitCode::done);
  EXPECT_NO_THROW(checkpoint::require_settings(saved.store, saved.identity.settings));
  EXPECT_THROW(checkpoint::require_settings(saved.store, "another"), ConfigError);
}

TEST(Checkpoints, ASaveThatFailsOnOneRankEndsAllAndLosesNothing) {
  const SharedDir folder;
  SavedToy saved(folder.path(), every(0));
  test::ToyRun toy;
  auto state = toy.fresh_state();
  toy.train(state, 2);
  saved.checkpoints.save(state);
  const auto good = saved.checkpoints.newest();
  toy.train(state, 1);

  const bool is_last = test::world().rank() == test::world().size() - 1;
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  if (is_last) {
    const rlimit small{1000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  try {
    saved.checkpoints.save(state);
    ADD_FAILURE() << "a part of more than 1000 bytes was written";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::input_output);
    EXPECT_NE(std::string(error.what()).find("bytes needed"), std::string::npos) << error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  test::world().barrier();
  EXPECT_EQ(saved.store.names(), std::vector{good});
  EXPECT_EQ(test::files_in(saved.store.path()), 1U) << "what was not committed is gone";
  auto resumed = saved.resume(toy);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->state.cursor.step, 2);
}
