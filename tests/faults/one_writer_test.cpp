// SPDX-License-Identifier: Apache-2.0
// Two incarnations of one run: of one that is started twice, that Slurm took for dead, that lies on
// a file system without locks.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "io/checkpoint_store.hpp"
#include "io/folder_lease.hpp"
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

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string kSaving = "--checkpoint.every_steps=1 --train.steps=12";

/// What a run leaves that nobody disturbs.
const Left& undisturbed() {
  static const Left left = test::run_undisturbed(kSaving, 2);
  return left;
}

/// Words and folder of a run of its own.
struct OwnRun {
  explicit OwnRun(const std::string& name)
      : words("run " + images().settings(name, kSaving)),
        folder(images().folder / name),
        log(images().folder / (name + ".log")) {}

  bool has_checkpoint() const { return !io::CheckpointStore(folder).names().empty(); }
  void expect_as_undisturbed(const std::string& what, test::Ranks ranks = test::Ranks::same) const {
    expect_equal(Left(folder), undisturbed(), what, ranks);
    expect_no_litter(folder);
  }

  std::string words;
  fs::path folder, log;
};

std::string bytes_of(const fs::path& folder) {
  std::string all;
  for (const char* file : {"result.h5", "model.safetensors", "metrics.jsonl", "config.ini"})
    all += test::sha256_of(folder / file) + "\n";
  return all;
}

/// Make the owner of a folder one of before this machine booted, whom the next start replaces.
void disown(const fs::path& folder) {
  auto owner = io::decode_owner(test::read_text(folder / io::kOwnerFile));
  ASSERT_TRUE(owner);
  owner->boot = "of before";
  test::write_text(folder / "next", io::encode_owner(*owner));
  fs::rename(folder / "next", folder / io::kOwnerFile);
}

std::string token_in(const fs::path& folder) {
  const auto owner = io::decode_owner(test::read_text(folder / io::kOwnerFile));
  return owner ? owner->token : "";
}

}  // namespace

TEST(OneWriter, OfTwoStartsOneGoesOnAndTheOtherIsRefusedOrFindsItDone) {
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G13", "two starts of one run at nearly the same time", seed);
  for (int trial = 0; trial < test::trials(1, 100); ++trial) {
    const test::Expectations expectations;
    const OwnRun run(fmt::format("twice-{}", trial));
    const auto delay = std::chrono::milliseconds(random() % 2000);
    const auto what = fmt::format("seed {} trial {}: {} ms apart", seed, trial, delay.count());
    Launched first(STOCKPOT_PROGRAM " " + run.words, 2, run.log);
    std::this_thread::sleep_for(delay);
    const auto second = test::stockpot(run.words, 2);
    const auto ended = first.wait();
    const auto is_right = [](const test::Ended& e) {
      return e.code == 0 ||
             (e.code == 73 && e.text.find("another process works in ") != std::string::npos);
    };
    EXPECT_TRUE(is_right(ended) && is_right(second) && (ended.code == 0 || second.code == 0))
        << what << "\n"
        << ended.text << second.text;
    run.expect_as_undisturbed(what);
    count.add(expectations.hold());
  }
}

TEST(OneWriter, AKilledOneIsFollowedAtOnce) {
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G13", "a start right behind the kill of an owner", seed);
  for (int trial = 0; trial < test::trials(1, 20); ++trial) {
    const test::Expectations expectations;
    const OwnRun run(fmt::format("killed-{}", trial));
    Launched first(STOCKPOT_PROGRAM " " + run.words, 2, run.log);
    const auto rank = random() % 2;  // rank 0 owns the folder; it outlives rank 1 for a moment
    if (!first.kill_rank(rank, [&] { return run.has_checkpoint(); })) continue;
    const auto second = test::stockpot(run.words, 2);
    first.wait();
    expect_exit(second, 0, "going on from checkpoint");
    run.expect_as_undisturbed(fmt::format("seed {} trial {}", seed, trial));
    count.add(expectations.hold());
  }
  EXPECT_GT(count.trials(), 0) << "every run was over before it could be killed";
}

TEST(OneWriter, AnEarlierOneThatGoesOnAfterATakeOverIsRefused) {
  const auto seed = test::trial_seed();
  test::TrialCount count("G13", "an earlier owner goes on after the take-over", seed);
  for (int trial = 0; trial < test::trials(2, 20); ++trial) {
    const test::Expectations expectations;
    const OwnRun run(fmt::format("stopped-{}", trial));
    const bool at_the_end = trial % 2 == 0;  // else while the later one works
    const auto what = fmt::format("trial {}", trial);
    Launched first(STOCKPOT_PROGRAM " " + run.words, 2, run.log);
    if (!first.signal_rank(0, SIGSTOP, [&] { return run.has_checkpoint(); })) continue;
    const auto token = token_in(run.folder);
    disown(run.folder);
    Launched second(STOCKPOT_PROGRAM " " + run.words, 2, images().folder / "later.log");
    const auto go_on = [&] { first.signal_rank(0, SIGCONT, [] { return true; }); };
    if (!at_the_end) {
      second.signal_rank(0, SIGCONT, [&] {
        const auto now = token_in(run.folder);
        return !now.empty() && now != token && fs::exists(run.folder / "checkpoints");
      });
      go_on();
    }
    const auto later = second.wait();
    expect_exit(later, 0, "going on from checkpoint");
    const auto before = bytes_of(run.folder);
    if (at_the_end) go_on();
    const auto earlier = first.wait();
    expect_exit(earlier, 73, "another process has taken over " + run.folder.string());
    EXPECT_EQ(bytes_of(run.folder), before) << what;
    run.expect_as_undisturbed(what);
    count.add(expectations.hold());
  }
  EXPECT_GT(count.trials(), 0) << "every run was over before it could be stopped";
}

TEST(OneWriter, NeedsNoLocksOfFilesAndNoHardLinks) {
  test::TrialCount count("G21", "runs without file locks and hard links: killed, gone on");
  constexpr int kOfTheKernelAlone = 524;  // ENOTSUPP
  for (const int code : {ENOLCK, ENOSYS, kOfTheKernelAlone}) {
    const test::Expectations expectations;
    const OwnRun run(fmt::format("no-locks-{}", code));
    const auto preload = fmt::format("env NO_LOCKS={} LD_PRELOAD={}", code, STOCKPOT_NO_LOCKS);
    Launched first(STOCKPOT_PROGRAM " " + run.words, 2, run.log, preload);
    first.kill_rank(0, [&] { return run.has_checkpoint(); });
    first.wait();
    const auto alone = [&] {
      return test::shell(fmt::format("{} {} {}", preload, STOCKPOT_PROGRAM, run.words));
    };
    int refused = -1;
    {
      const io::FolderLease lease(run.folder);
      refused = alone().code;
    }
    EXPECT_EQ(refused, 73) << code;
    const auto ended = alone();
    expect_exit(ended, 0, "result ");
    run.expect_as_undisturbed(fmt::format("errno {}", code), test::Ranks::other);
    count.add(expectations.hold());
  }
}
