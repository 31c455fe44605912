// SPDX-License-Identifier: Apache-2.0
// Runs that are asked to stop, and what the same command makes of them then.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <csignal>

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

#include "core/stopwatch.hpp"
#include "io/checkpoint_store.hpp"
#include "jobs/launched.hpp"
#include "jobs/left.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;
using test::Launched;
using test::Left;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Seconds on this machine.
const std::string kLong = "--checkpoint.every_s=0 --train.steps=120";

/// Of what a preempted job has by Slurm's default (KillWait). source: slurm.conf(5)
constexpr auto kTimeToLeave = 20s;

int trials(int by_day, int by_night) {
  return std::getenv("STOCKPOT_NIGHTLY") == nullptr ? by_day : by_night;
}

/// Whether a run has begun with its work.
bool works(const fs::path& folder) {
  std::error_code absent;
  const auto bytes = fs::file_size(folder / "metrics.jsonl", absent);
  return !absent && bytes > 0;
}

/// True from `delay` after the run has begun with its work.
auto when_it_works_for(std::chrono::milliseconds delay, const fs::path& folder) {
  return [=, begun = Clock::time_point{}]() mutable {
    if (begun == Clock::time_point{} && works(folder)) begun = Clock::now();
    return begun != Clock::time_point{} && Clock::now() - begun >= delay;
  };
}

constexpr auto kAtOnce = [] { return true; };

/// Runs on two ranks that are stopped, beside one that is not.
class Stop : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    images_ = new Images;
    expect_exit(test::stockpot("run " + images_->settings("undisturbed", kLong), 2), 0, "result ");
  }
  static void TearDownTestSuite() { delete images_; }

  static Launched start(const std::string& name) {
    return {STOCKPOT_PROGRAM " run " + images_->settings(name, kLong), 2, images_->folder / "log"};
  }
  static std::string said() { return test::read_text(images_->folder / "log"); }

  /// The run in `name` stopped; the same command ends it with what the undisturbed one left.
  static void expect_to_go_on(const std::string& name, const std::string& what) {
    const auto folder = images_->folder / name;
    EXPECT_EQ(io::CheckpointStore(folder).names().size(), 1U) << what;
    const auto again = test::stockpot("run " + images_->settings(name, kLong), 2);
    expect_exit(again, 0, "going on from checkpoint");
    expect_equal(Left(folder), Left(images_->folder / "undisturbed"), what);
    test::expect_no_litter(folder);
  }

  static inline const Images* images_ = nullptr;
};

}  // namespace

TEST_F(Stop, AnySignalOnAnyRankAtAnyTimeIsACheckpointAndExit75ToTheSameBits) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int trial = 0; trial < trials(3, 100); ++trial) {
    const auto name = fmt::format("run-{}", trial);
    const int signal = std::array{SIGTERM, SIGUSR2, SIGINT}[static_cast<std::size_t>(trial) % 3];
    const auto rank = random() % 2;
    const auto delay = std::chrono::milliseconds(random() % 200);
    const auto what = fmt::format("seed {} trial {}: signal {} to rank {} after {} ms", seed, trial,
                                  signal, rank, delay.count());
    auto run = start(name);
    ASSERT_TRUE(run.signal_rank(rank, signal, when_it_works_for(delay, images_->folder / name)))
        << what;
    const auto asked = Clock::now();
    EXPECT_EQ(run.wait().code, 75) << what << "\n" << said();
    EXPECT_LT(Clock::now() - asked, kTimeToLeave) << what;
    expect_to_go_on(name, what);
  }
}

TEST_F(Stop, AStormOfSignalsIsOneCheckpoint) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int trial = 0; trial < trials(1, 20); ++trial) {
    const auto name = fmt::format("storm-{}", trial);
    const auto what = fmt::format("seed {} trial {}", seed, trial);
    auto run = start(name);
    ASSERT_TRUE(run.signal_rank(0, SIGCONT, when_it_works_for(50ms, images_->folder / name)));
    for (int i = 0; i < 100; ++i) {
      const int signal = std::array{SIGTERM, SIGUSR2, SIGCONT}[random() % 3];
      if (!run.signal_rank(random() % 2, signal, kAtOnce)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
    }
    EXPECT_EQ(run.wait().code, 75) << what << "\n" << said();
    expect_to_go_on(name, what);
  }
}

TEST_F(Stop, AnInterruptOfARunWithoutALauncherSaysHowToGoOn) {
  const auto folder = images_->folder / "alone";
  Launched run(STOCKPOT_PROGRAM " run " + images_->settings("alone", kLong), 0,
               images_->folder / "log");
  ASSERT_TRUE(run.signal_rank(0, SIGINT, when_it_works_for(20ms, folder)));
  EXPECT_EQ(run.wait().code, 75);
  for (const auto& part :
       {"stockpot: SIGINT: a checkpoint is saved at the end of the step, then `stockpot run " +
            folder.string() + "` goes on from it (exit 75); once more ends it at once\n",
        "goes on from checkpoint " + io::CheckpointStore(folder).names().at(0)})
    EXPECT_NE(said().find(part), std::string::npos) << said();
}

TEST_F(Stop, ALimitOfTimeIsACheckpointForTheNextAttempt) {
  const auto words = "run --max-time=0:00:02 " +
                     images_->settings("limited", "--checkpoint.every_s=0 --train.steps=1000000");
  const std::string stopped = "stockpot: --max-time has passed: a checkpoint is saved";
  const Stopwatch watch;
  expect_exit(test::stockpot(words), 75, stopped);
  EXPECT_GE(watch.elapsed_s(), 1.9);
  const io::CheckpointStore store(images_->folder / "limited");
  const auto first = store.names().at(0);
  const auto again = test::stockpot(words);
  expect_exit(again, 75, stopped);
  expect_exit(again, 75, "going on from checkpoint " + first);
  EXPECT_NE(store.names().at(0), first);
  expect_exit(test::stockpot(words + " --got-further"), 0, "another attempt may get further");
}

TEST_F(Stop, ATimeThatIsNoneIsRefusedBeforeAnythingStarts) {
  for (const char* time : {"10m", "0", "1:30"})
    expect_exit(
        test::stockpot(fmt::format("run --check --max-time={} ", time) + images_->settings("none")),
        64, "is no duration");
}
