// SPDX-License-Identifier: Apache-2.0
// Runs whose ranks are killed, and what the same command makes of them then.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "io/checkpoint_store.hpp"
#include "jobs/launched.hpp"
#include "jobs/left.hpp"
#include "support/trials.hpp"

using namespace stockpot;
using test::expect_equal;
using test::expect_exit;
using test::expect_no_litter;
using test::images;
using test::Launched;
using test::Left;
using test::Ranks;

namespace {

namespace fs = std::filesystem;

const std::string kSaving = "--checkpoint.every_steps=1 --train.steps=12";

/// What a run leaves that nobody disturbs.
const Left& undisturbed() {
  static const Left left = [] {
    auto ended = test::run_undisturbed(kSaving, 4);
    expect_no_litter(images().folder / "undisturbed");
    return ended;
  }();
  return left;
}

/// A run that is killed when `ready`; true: it left no result.
template <typename Ready>
bool start_and_kill(const std::string& words, int ranks, const fs::path& folder, std::size_t rank,
                    Ready ready) {
  Launched run(STOCKPOT_PROGRAM " run " + words, ranks, folder.parent_path() / "log");
  run.signal_rank(rank, SIGKILL, ready);
  run.wait();
  return !fs::exists(folder / "result.h5");
}

auto when_there_are(std::size_t checkpoints, const fs::path& folder) {
  return [=] { return io::CheckpointStore(folder).names().size() >= checkpoints; };
}

}  // namespace

TEST(Resume, ARunOfFourRanksIsKilledAtRandomAndGoesOnToTheSameBits) {
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G1", "a random rank of four is killed at a random instant", seed);
  int killed = 0, resumed = 0;
  for (int trial = 0; trial < test::trials(2, 100); ++trial) {
    const test::Expectations expectations;
    const auto name = fmt::format("random-{}", trial);
    const auto folder = images().folder / name;
    const auto words = images().settings(name, kSaving);
    const auto rank = random() % 4;
    const auto delay = std::chrono::milliseconds(random() % 400);
    const auto what =
        fmt::format("seed {} trial {}: rank {} after {} ms", seed, trial, rank, delay.count());
    std::chrono::steady_clock::time_point begun{};
    killed += start_and_kill(words, 4, folder, rank, [&] {
      if (!fs::exists(folder / "metrics.jsonl")) return false;
      if (begun == std::chrono::steady_clock::time_point{})
        begun = std::chrono::steady_clock::now();
      return std::chrono::steady_clock::now() - begun >= delay;
    });
    const bool has_checkpoint = !io::CheckpointStore(folder).names().empty();
    const auto again = test::stockpot("run " + words, 4);
    expect_exit(again, 0, "result ");
    const bool went_on = again.text.find("going on from checkpoint") != std::string::npos;
    EXPECT_EQ(went_on, has_checkpoint) << what << "\n" << again.text;
    resumed += went_on;
    expect_equal(Left(folder), undisturbed(), what);
    expect_no_litter(folder);
    count.add(expectations.hold());
  }
  EXPECT_GT(killed, 0) << "every run was over before it could be killed";
  fmt::print("killed {} of {}, resumed {}\n", killed, count.trials(), resumed);
}

TEST(Resume, OnOtherNumbersOfRanksAfterSeveralKillsAndTellsItsAttempts) {
  const auto words = images().settings("ranks", kSaving);
  const auto folder = images().folder / "ranks";
  ASSERT_TRUE(start_and_kill(words, 4, folder, 3, when_there_are(1, folder)));
  const auto first = io::CheckpointStore(folder).names().front();
  ASSERT_TRUE(start_and_kill(words, 3, folder, 0, [&] {
    const auto names = io::CheckpointStore(folder).names();
    return !names.empty() && names.front().ends_with(".2");
  }));
  const auto ended = test::stockpot("run " + words, 2);
  expect_exit(ended, 0, "going on from checkpoint step-");
  expect_equal(Left(folder), undisturbed(), "on 4, 3 and 2 ranks", Ranks::other);
  const auto result = io::read_result(folder / "result.h5");
  const auto fact = [&](const std::string& name) {
    const auto found =
        std::ranges::find(result.provenance, name, [](const auto& f) { return f.first; });
    return found == result.provenance.end() ? "" : found->second;
  };
  EXPECT_EQ(fact("attempts"), "3");
  const auto made = fact("attempts_made");
  EXPECT_EQ(std::ranges::count(made, '\n'), 2) << made;
  EXPECT_NE(made.find("4 ranks, from the beginning"), std::string::npos) << made;
  EXPECT_NE(made.find("3 ranks, from " + first), std::string::npos) << made;
  EXPECT_NE(made.find(".2"), std::string::npos) << made;
}

TEST(Resume, FromTheOneBeforeADamagedCheckpointAndNeverFromNoneByItself) {
  const auto words = images().settings("damaged", kSaving);
  const auto folder = images().folder / "damaged";
  ASSERT_TRUE(start_and_kill(words, 2, folder, 0, when_there_are(2, folder)));
  const io::CheckpointStore store(folder);
  const auto names = store.names();
  ASSERT_GE(names.size(), 2U);
  const auto cut = [&](const std::string& name) {
    fs::resize_file(store.path_of(name) / "state-0.safetensors", 5000);
  };
  // settings of another run are refused, by the check too
  expect_exit(test::stockpot("run --check " + words + " --train.lr=0.001"), 78,
              "is a checkpoint of other settings");
  expect_exit(test::stockpot("run " + words + " --train.lr=0.001", 2), 78,
              "is a checkpoint of other settings");
  for (const auto& name : names) cut(name);
  const auto refused = test::stockpot("run " + words, 2);
  expect_exit(refused, 65, "no checkpoint in ");
  expect_exit(refused, 65, "--force starts over");
  EXPECT_EQ(store.names(), names) << "nothing is lost by a refusal";
  EXPECT_TRUE(fs::exists(folder / "metrics.jsonl"));
  expect_exit(test::stockpot("run --force " + words), 0, "result ");
  expect_equal(Left(folder), undisturbed(), "by force", Ranks::other);
  expect_no_litter(folder);

  const auto other = images().folder / "damaged-once";
  const auto other_words = images().settings("damaged-once", kSaving);
  ASSERT_TRUE(start_and_kill(other_words, 2, other, 1, when_there_are(2, other)));
  const auto newest = io::CheckpointStore(other).names().front();
  fs::resize_file(io::CheckpointStore(other).path_of(newest) / "state-1.safetensors", 50);
  const auto ended = test::stockpot("run " + other_words, 2);
  expect_exit(ended, 0, "checkpoint " + newest + " is damaged");
  expect_exit(ended, 0, "going on from step-");
  expect_equal(Left(other), undisturbed(), "from the one before", Ranks::other);
}

TEST(Resume, AFailedRunIsGoneOnFromItsLastCheckpoint) {
  const auto folder = images().folder / "failed";
  const auto words = images().settings("failed", "--train.lr=1e30 --checkpoint.every_steps=1");
  expect_exit(test::stockpot("run " + words, 2), 77, "not finite");
  ASSERT_FALSE(io::CheckpointStore(folder).names().empty());
  const auto again = test::stockpot("run " + words, 2);
  expect_exit(again, 77, "going on from checkpoint step-");
  EXPECT_EQ(io::read_result(folder / "result.h5").status, "failed");
}

TEST(Resume, KeepsMembersOfASoupThatACheckpointKnows) {
  const auto settings = [&](const std::string& run) {
    return std::string(STOCKPOT_SOURCE_DIR) + "/configs/methods/uniform_soup.ini " +
           images().settings(run, kSaving + " --soup.count=5 --soup.grid= ");
  };
  expect_exit(test::stockpot("run " + settings("soup-undisturbed"), 2), 0, "result ");
  const auto folder = images().folder / "soup";
  ASSERT_TRUE(start_and_kill(settings("soup"), 2, folder, 1, when_there_are(1, folder)));
  const io::CheckpointStore store(folder);
  ASSERT_FALSE(store.names().empty());
  const auto newest = store.manifest_of(store.names().front());
  ASSERT_GE(newest.members.size(), 2U);
  const auto ended = test::stockpot("run " + settings("soup"), 2);
  expect_exit(ended, 0, "going on from checkpoint " + newest.name);
  expect_equal(Left(folder), Left(images().folder / "soup-undisturbed"), "a soup");
  expect_no_litter(folder);
}

TEST(Resume, LeavesCheckpointsOfACompleteRunWhereTheyAreAskedFor) {
  const auto folder = images().folder / "complete";
  const auto words = images().settings(
      "complete", "--checkpoint.every_steps=3 --checkpoint.keep=3 --checkpoint.keep_after=true");
  expect_exit(test::stockpot("run " + words), 0, "result ");
  EXPECT_EQ(io::CheckpointStore(folder).names().size(), 3U);
  expect_exit(test::stockpot("run " + words + " --checkpoint.keep_after=false"), 0,
              "already complete");
  EXPECT_EQ(io::CheckpointStore(folder).names().size(), 3U) << "they were asked for by that run";
}
