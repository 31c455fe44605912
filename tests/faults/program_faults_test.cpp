// SPDX-License-Identifier: Apache-2.0
// Faults of disks and of output while the whole program runs.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <random>

#include "io/checkpoint_store.hpp"
#include "io/file_descriptor.hpp"
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

const std::string kSaving = "--checkpoint.every_steps=2 --train.steps=6";

/// What a run leaves that nobody disturbs.
const Left& undisturbed() {
  static const Left left = test::run_undisturbed(kSaving, 0);
  return left;
}

std::string words_of(const std::string& run, const std::string& more = "") {
  return "run " + images().settings(run, kSaving + " " + more);
}

bool holds_temporaries(const fs::path& folder) {
  if (!fs::exists(folder)) return false;
  return std::ranges::any_of(fs::recursive_directory_iterator(folder), [](const auto& entry) {
    return entry.path().filename().string().ends_with(".tmp");
  });
}

/// Every checkpoint that is there is whole.
void expect_whole_checkpoints(const fs::path& folder, const std::string& what) {
  const io::CheckpointStore store(folder);
  for (const auto& name : store.names())
    EXPECT_NO_THROW(store.verify(store.manifest_of(name))) << what;
}

/// The same command, undisturbed, makes of it what an undisturbed run leaves.
void expect_mended(const std::string& run, const std::string& what, const std::string& words) {
  expect_exit(test::stockpot(words), 0, "result ");
  expect_equal(Left(images().folder / run), undisturbed(), what, test::Ranks::other);
  expect_no_litter(images().folder / run);
}

/// The calls on files of its folder that a run makes: how often each.
std::map<std::string, int> calls_of_a_run() {
  const auto counts = images().folder / "counts";
  const auto ended =
      test::shell(fmt::format("env LD_PRELOAD={} FAIL_BELOW={} FAIL_COUNTS={} {} {}",
                              STOCKPOT_FAILING_FILES, (images().folder / "counted").string(),
                              counts.string(), STOCKPOT_PROGRAM, words_of("counted")));
  expect_exit(ended, 0, "result ");
  std::map<std::string, int> calls;  // other processes, such as MPI's daemon, have counts of 0
  std::istringstream lines(test::read_text(counts));
  std::string call;
  for (int count = 0; lines >> call >> count;) calls[call] += count;
  return calls;
}

/// Write to `path` until its disk is full.
void fill(const fs::path& path) {
  const io::FileDescriptor file(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
  for (std::size_t size = 1 << 20; size > 0; size /= 2) {
    const std::string bytes(size, 'f');
    while (::write(file.get(), bytes.data(), size) == static_cast<ssize_t>(size)) {
    }
  }
}

auto when_saved(const fs::path& folder) {
  return [=] { return !io::CheckpointStore(folder).names().empty(); };
}

}  // namespace

TEST(ProgramFaults, ACallOnAFileThatFailsIsSaidAndLosesNothing) {
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G8", "a call on a file of a run fails (ENOSPC, EIO, EDQUOT)", seed);
  const auto calls = calls_of_a_run();
  ASSERT_EQ(calls.size(), 7U);
  int refused = 0;
  for (int trial = 0; trial < test::trials(7, 210); ++trial) {
    const test::Expectations expectations;
    const auto run = fmt::format("failing-{}", trial);
    const auto folder = images().folder / run;
    const auto& [call, times] = *std::next(calls.begin(), trial % std::ssize(calls));
    ASSERT_GT(times, 0) << call;
    const int at = 1 + static_cast<int>(random() % static_cast<unsigned>(times));
    const int codes[] = {ENOSPC, EIO, EDQUOT}, code = codes[random() % 3];
    const auto what = fmt::format("seed {} trial {}: {} {} of {} gives errno {}", seed, trial, call,
                                  at, times, code);
    const auto ended = test::shell(fmt::format(
        "env LD_PRELOAD={} FAIL_BELOW={} FAIL_CALL={} FAIL_AT={} FAIL_ERRNO={} {} {}",
        STOCKPOT_FAILING_FILES, folder.string(), call, at, code, STOCKPOT_PROGRAM, words_of(run)));
    EXPECT_TRUE(ended.code == 0 || ended.code == 74) << what << "\n" << ended.text;
    if (ended.code == 74) {
      EXPECT_NE(ended.text.find(std::strerror(code)), std::string::npos) << what << ended.text;
      EXPECT_NE(ended.text.find(folder.string()), std::string::npos) << what << ended.text;
      const bool tells_bytes = ended.text.find(" bytes ") != std::string::npos ||
                               ended.text.find(" MiB ") != std::string::npos;
      const bool is_of_space = call == "write" || (call == "fallocate" && code != EIO);
      EXPECT_TRUE(tells_bytes || !is_of_space) << what << ended.text;
      ++refused;
    }
    EXPECT_FALSE(holds_temporaries(folder)) << what;
    expect_whole_checkpoints(folder, what);
    expect_mended(run, what, words_of(run));
    count.add(expectations.hold());
  }
  EXPECT_GT(refused, 0);
}

TEST(ProgramFaults, ADiskThatFillsWhileItRunsEndsItWithItsCheckpointsWhole) {
  const auto disk = images().folder / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=16m") != 0)
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  const auto seed = test::trial_seed();
  test::TrialCount count("G8", "the disk fills while a run goes on", seed);
  for (int trial = 0; trial < test::trials(1, 20); ++trial) {
    const test::Expectations expectations;
    const auto run = fmt::format("disk/run-{}", trial);
    const auto folder = images().folder / run;
    Launched launched(STOCKPOT_PROGRAM " " + words_of(run), 2, images().folder / "log");
    if (!launched.signal_rank(0, SIGSTOP, when_saved(folder))) continue;
    fill(disk / "filler");
    launched.signal_rank(0, SIGCONT, [] { return true; });
    const auto ended = launched.wait();
    expect_exit(ended, 74, "No space left on device");
    expect_exit(ended, 74, folder.string());
    EXPECT_FALSE(holds_temporaries(folder));
    EXPECT_FALSE(io::CheckpointStore(folder).names().empty());
    expect_whole_checkpoints(folder, run);
    fs::remove(disk / "filler");
    expect_mended(run, run, words_of(run));
    fs::remove_all(folder);
    count.add(expectations.hold());
  }
  EXPECT_GT(count.trials(), 0) << "every run was over before the disk was full";
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

TEST(ProgramFaults, ALimitOnTheSizeOfFilesIsAnErrorLikeAFullDisk) {
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G8", "RLIMIT_FSIZE while a run goes on", seed);
  for (int trial = 0; trial < test::trials(1, 20); ++trial) {
    const test::Expectations expectations;
    const auto run = fmt::format("limited-{}", trial);
    const auto folder = images().folder / run;
    Launched launched(STOCKPOT_PROGRAM " " + words_of(run), 2, images().folder / "log");
    if (!launched.signal_rank(0, SIGSTOP, when_saved(folder))) continue;
    // a part of a state has some 100 kB
    const rlimit limit{1000 + random() % 20'000, RLIM_INFINITY};
    EXPECT_EQ(::prlimit(launched.rank(0), RLIMIT_FSIZE, &limit, nullptr), 0);
    launched.signal_rank(0, SIGCONT, [] { return true; });
    const auto ended = launched.wait();
    expect_exit(ended, 74, "File too large");
    expect_exit(ended, 74, folder.string());
    EXPECT_FALSE(holds_temporaries(folder));
    expect_whole_checkpoints(folder, run);
    expect_mended(run, run, words_of(run));
    count.add(expectations.hold());
  }
  EXPECT_GT(count.trials(), 0) << "every run was over before it was limited";
}

TEST(ProgramFaults, OutputThatIsClosedOrFullNeverEndsARun) {
  test::TrialCount count("G22", "standard output or error closed, full or without a reader");
  int number = 0;
  for (const char* streams : {">/dev/full", "2>/dev/full", "2>&- >&- <&-", "2>&1 | true"}) {
    const test::Expectations expectations;
    const auto run = fmt::format("streams-{}", number++);
    const auto code = images().folder / (run + ".code");
    test::shell(fmt::format("({{ sh -c '{} {}; echo $? > {}'; }} {})", STOCKPOT_PROGRAM,
                            words_of(run), code.string(), streams));
    EXPECT_EQ(test::read_text(code), "0\n") << streams;
    expect_equal(Left(images().folder / run), undisturbed(), streams, test::Ranks::other);
    expect_no_litter(images().folder / run);
    count.add(expectations.hold());
  }
}

TEST(ProgramFaults, WhatEndedARunIsKeptWhereNobodyCanBeTold) {
  test::TrialCount count("G22", "the cause of an error is not lost");
  int number = 0;
  for (const char* streams : {"2>/dev/full", "2>&- >&-"}) {
    const test::Expectations expectations;
    const auto run = fmt::format("cause-{}", number++);
    test::shell(fmt::format("({{ {} {}; }} {})", STOCKPOT_PROGRAM, words_of(run, "--train.lr=1e30"),
                            streams));
    const auto result = io::read_result(images().folder / run / "result.h5");
    EXPECT_EQ(result.status, "failed");
    EXPECT_NE(result.failure.find("not finite"), std::string::npos) << result.failure;
    count.add(expectations.hold());
  }
  expect_exit(test::shell("(" + std::string(STOCKPOT_PROGRAM) + " run --nothing >&-)"), 64,
              "--nothing");
}
