// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/checkpoints.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <string>

#include "checkpoint/resume.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "io/files.hpp"
#include "support/toy.hpp"
#include "support/trials.hpp"

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

/// A seed that all ranks have.
std::uint32_t shared_seed() {
  return static_cast<std::uint32_t>(
      std::stoul(test::world().broadcast(std::to_string(test::trial_seed()))));
}

/// A fault of memory: one bit of one rank's state.
struct Fault {
  explicit Fault(std::mt19937& random)
      : step(1 + random() % 28),
        rank(static_cast<int>(random() % static_cast<unsigned>(test::world().size()))),
        array(random() % 4),
        place(random()),
        bit(random() % 32) {}

  std::string text() const {
    return fmt::format("step {}, rank {}, array {}, place {}, bit {}", step, rank, array, place,
                       bit);
  }

  void strike(const engine::RunState& state) const {
    if (array == 3) {
      const auto words = state.mask->words();
      auto& word = const_cast<std::uint64_t&>(words[place % words.size()]);
      word ^= std::uint64_t{1} << bit;
      return;
    }
    const at::Tensor arrays[] = {state.weights.values(), state.moments.first, state.moments.second};
    const auto& values = arrays[array];
    auto* words = static_cast<std::uint32_t*>(values.mutable_data_ptr());
    words[place % static_cast<std::size_t>(values.numel())] ^= std::uint32_t{1} << bit;
  }

  std::size_t step;
  int rank;
  std::size_t array, place;
  unsigned bit;
};

/// Passes on to checkpoints, and lets a fault strike after so many steps.
class Striker final : public engine::Observer {
 public:
  Striker(Checkpoints& checkpoints, const Fault& fault)
      : checkpoints_(checkpoints), fault_(fault) {}

  void step_ended(const engine::RunState& state) override {
    if (steps_++ == fault_.step && test::world().rank() == fault_.rank) fault_.strike(state);
    checkpoints_.step_ended(state);
  }
  void part_ended(const engine::RunState& state) override { checkpoints_.part_ended(state); }
  void action_ended(const engine::RunState& state, const engine::Action& action) override {
    checkpoints_.action_ended(state, action);
  }

 private:
  Checkpoints& checkpoints_;
  const Fault& fault_;
  std::size_t steps_ = 0;
};

/// Other bytes of the same length.
std::string zeroed(std::string bytes, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i < std::min(bytes.size(), from + count); ++i) bytes[i] = '\0';
  return bytes;
}
std::string swapped(std::string bytes, std::size_t a, std::size_t b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) std::swap(bytes[a + i], bytes[b + i]);
  return bytes;
}

/// Damages a checkpoint in one of many ways.
///
/// before, other  the folders of the one before it and of another run's one of the same steps
/// returns        what was done
std::string damage(const fs::path& folder, const fs::path& before, const fs::path& other,
                   std::mt19937& random) {
  constexpr std::size_t kPage = 4096;
  const auto part =
      io::part_name(static_cast<int>(random() % static_cast<unsigned>(test::world().size())));
  const auto replace_by = [&](const fs::path& from, const std::string& name) {
    fs::copy_file(from / name, folder / name, fs::copy_options::overwrite_existing);
    return fmt::format("{} of {}", name, from.string());
  };
  switch (random() % 8) {
    case 0:
      return replace_by(before, part);
    case 1:
      return replace_by(other, part);
    case 2:
      return replace_by(before, io::kManifestFile);
    case 3:
      fs::remove(folder / part);
      return part + " is missing";
    case 4: {
      const auto manifest = test::read_text(folder / io::kManifestFile);
      test::write_text(folder / io::kManifestFile, manifest + manifest);
      return "two manifests";
    }
    default:
      break;
  }
  const auto file = random() % 4 == 0 ? folder / io::kManifestFile : folder / part;
  const auto good = test::read_text(file);
  auto bad = good;
  std::string what;
  while (bad == good) {
    const auto at = random() % good.size(), to = random() % good.size();
    const auto way = random() % 4;
    if (way == 0) bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
    if (way == 1) bad = good.substr(0, at);
    if (way == 2) bad = zeroed(good, at / kPage * kPage, kPage);
    if (way == 3 && std::max(at, to) + 4 < good.size()) bad = swapped(good, at, to, 4);
    what = fmt::format("way {} at {} and {} of {}", way, at, to, file.string());
  }
  test::write_text(file, bad);
  return what;
}

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
  test::TrialCount count("G15", "a run is gone on from each of its steps");
  std::size_t tried = 0;
  while (true) {
    test::ToyRun toy;
    auto resumed = saved.resume(toy);
    if (!resumed) break;
    toy.run(resumed->state);
    ASSERT_EQ(engine::hash_of(resumed->state), expected) << resumed->manifest.name;
    on_root([&] {
      saved.store.remove(resumed->manifest.name);
      count.add(true);
    });
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

TEST(Checkpoints, ABitThatFlipsOnOneRankIsFoundByTheNextOneAndTheLastOneStays) {
  if (test::world().size() == 1) GTEST_SKIP() << "one rank has nobody to compare with";
  const auto expected = undisturbed();
  const auto seed = shared_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G16", "a bit of a weight, moment or mask flips on one rank", seed);
  for (int trial = 0; trial < test::trials(4, 70); ++trial) {
    const test::Expectations expectations;
    const Fault fault(random);
    const SharedDir folder;
    SavedToy saved(folder.path(), every(1));
    Striker striker(saved.checkpoints, fault);
    std::string said;
    {
      test::ToyRun toy(nothing, &striker);
      auto state = toy.fresh_state();
      try {
        toy.run(state);
      } catch (const AgreedError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::replicas_disagree) << fault.text();
        said = error.what();
      }
    }
    EXPECT_NE(said.find("the ranks hold different weights, moments or masks"), std::string::npos)
        << fault.text() << ": " << said;
    EXPECT_NE(said.find(saved.checkpoints.newest() + " is the last checkpoint"), std::string::npos)
        << said;
    if (test::world().size() > 2) {
      EXPECT_NE(said.find(fmt::format("rank {} on ", fault.rank)), std::string::npos) << said;
    }
    test::ToyRun toy;
    auto resumed = saved.resume(toy);
    ASSERT_TRUE(resumed) << fault.text();
    EXPECT_EQ(resumed->manifest.name, saved.checkpoints.newest());
    toy.run(resumed->state);
    EXPECT_EQ(engine::hash_of(resumed->state), expected) << fault.text();
    if (test::world().is_root()) count.add(expectations.hold());
  }
}

TEST(Checkpoints, OneThatIsDamagedInWhateverWayIsSaidAndTheOneBeforeIsUsed) {
  const SharedDir folder, other_folder;
  const auto save_into = [](const fs::path& path, const test::Change& change) {
    SavedToy saved(path, every(12, 3), change);
    test::ToyRun toy(change, &saved.checkpoints);
    auto state = toy.fresh_state();
    toy.run(state);
    saved.checkpoints.finish();
    test::world().barrier();
  };
  save_into(folder.path(), nothing);
  save_into(other_folder.path(), [](auto& config) { config.seed = 77; });
  SavedToy saved(folder.path(), every(12, 3));
  const auto names = saved.store.names();
  ASSERT_GE(names.size(), 2U);
  const auto newest = saved.store.path_of(names[0]), aside = folder.path() / "aside";
  on_root([&] { fs::copy(newest, aside, fs::copy_options::recursive); });
  const auto seed = shared_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G9", "the newest checkpoint is damaged", seed);
  test::ToyRun toy;
  for (int trial = 0; trial < test::trials(30, 800); ++trial) {
    const test::Expectations expectations;
    std::string what;
    on_root([&] {
      what = damage(newest, saved.store.path_of(names[1]),
                    CheckpointStore(other_folder.path()).path_of(names[0]), random);
    });
    ::testing::internal::CaptureStderr();
    const auto resumed = saved.resume(toy);
    const auto said = ::testing::internal::GetCapturedStderr();
    ASSERT_TRUE(resumed) << what;
    EXPECT_EQ(resumed->manifest.name, names[1]) << what;
    if (test::world().is_root()) {
      EXPECT_NE(said.find("checkpoint " + names[0] + " is damaged"), std::string::npos) << what;
    }
    on_root([&] {
      count.add(expectations.hold());
      fs::remove_all(newest);
      fs::copy(aside, newest, fs::copy_options::recursive);
    });
  }
  const auto undamaged = saved.resume(toy);
  ASSERT_TRUE(undamaged);
  EXPECT_EQ(undamaged->manifest.name, names[0]);
}
