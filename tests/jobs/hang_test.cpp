// SPDX-License-Identifier: Apache-2.0
// Ranks that stand still, and ranks that crash: the job ends, soon, and says why.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <csignal>

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

#include "core/provenance.hpp"
#include "io/checkpoint_store.hpp"
#include "jobs/launched.hpp"
#include "jobs/left.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;
using test::Launched;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kSoon = 10s;  ///< in which a job must be gone when its end is certain
const std::string kLong = "--checkpoint.every_steps=20 --train.steps=400";

int trials(int by_day, int by_night) {
  return std::getenv("STOCKPOT_NIGHTLY") == nullptr ? by_day : by_night;
}

auto when_there_is_a_checkpoint(const fs::path& folder) {
  return [=] { return !io::CheckpointStore(folder).names().empty(); };
}

std::string first_line_with(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  if (at == std::string::npos) return "";
  const auto begin = text.rfind('\n', at);
  return text.substr(begin + 1, text.find('\n', at) - begin - 1);
}

}  // namespace

TEST(Hang, AStoppedRankEndsTheJobWith76AndADumpOfTheOthers) {
  const Images images;
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int trial = 0; trial < trials(1, 30); ++trial) {
    const auto name = fmt::format("run-{}", trial);
    const auto folder = images.folder / name;
    const auto words = images.settings(name, kLong);
    const int stopped = static_cast<int>(random() % 3);
    const auto what = fmt::format("seed {} trial {}: rank {}", seed, trial, stopped);
    Launched run(STOCKPOT_PROGRAM " run --watchdog.hang_s=2 " + words, 3, images.folder / "log");
    ASSERT_TRUE(run.signal_rank(static_cast<std::size_t>(stopped), SIGSTOP,
                                when_there_is_a_checkpoint(folder)))
        << what;
    const auto begun = Clock::now();
    const int code = run.wait().code;  // that no process is left, too
    const auto said = test::read_text(images.folder / "log");
    EXPECT_EQ(code, 76) << what << "\n" << said;
    EXPECT_LT(Clock::now() - begun, 2s + kSoon) << what;
    const auto line = first_line_with(said, "hang (exit 76)");
    EXPECT_NE(line.find("/3] stockpot: on " + host_name()), std::string::npos) << said;
    EXPECT_NE(line.find("waits for '"), std::string::npos) << said;
    for (int rank = 0; rank < 3; ++rank) {
      const auto file = folder / "logs" / fmt::format("hang-rank{}.txt", rank);
      EXPECT_EQ(fs::exists(file), rank != stopped) << what << " " << file;
      if (rank == stopped) continue;
      const auto dump = test::read_text(file);
      // a call that waits, the thread that makes it, and where
      for (const char* part : {"group world: ", "\n* '", "thread ", "MPI_"})
        EXPECT_NE(dump.find(part), std::string::npos) << part << "\n" << dump;
    }
  }
}

TEST(Hang, ARankThatIsSlowerThanUsualIsNoHang) {
  const Images images;
  for (int trial = 0; trial < trials(1, 20); ++trial) {
    const auto name = fmt::format("run-{}", trial);
    const auto folder = images.folder / name;
    Launched run(STOCKPOT_PROGRAM " run --watchdog.hang_s=4 " + images.settings(name, kLong), 2,
                 images.folder / "log");
    ASSERT_TRUE(run.signal_rank(1, SIGSTOP, when_there_is_a_checkpoint(folder)));
    std::this_thread::sleep_for(2s);
    ASSERT_TRUE(run.signal_rank(1, SIGCONT, [] { return true; }));
    EXPECT_EQ(run.wait().code, 0) << test::read_text(images.folder / "log");
    test::expect_no_litter(folder);
  }
}

TEST(Hang, AJobThatWasSuspendedAsAWholeGoesOn) {
  const Images images;
  const auto folder = images.folder / "run";
  Launched run(STOCKPOT_PROGRAM " run --watchdog.hang_s=1 " + images.settings("run", kLong), 0,
               images.folder / "log");
  ASSERT_TRUE(run.signal_rank(0, SIGSTOP, when_there_is_a_checkpoint(folder)));
  std::this_thread::sleep_for(3s);
  ASSERT_TRUE(run.signal_rank(0, SIGCONT, [] { return true; }));
  EXPECT_EQ(run.wait().code, 0) << test::read_text(images.folder / "log");
}

TEST(Crash, OfAnyRankEndsTheJobSoonWithItsRankAndSignal) {
  const Images images;
  std::mt19937 random(std::random_device{}());
  struct Cause {
    int signal;
    const char* name;
  };
  const std::array causes = {Cause{SIGSEGV, "SIGSEGV"}, Cause{SIGBUS, "SIGBUS"},
                             Cause{SIGABRT, "SIGABRT"}, Cause{SIGFPE, "SIGFPE"}};
  for (int trial = 0; trial < trials(1, 40); ++trial) {
    const auto [signal, name] = causes[static_cast<std::size_t>(trial) % causes.size()];
    const auto run_name = fmt::format("{}-{}", name, trial);
    const auto rank = random() % 3;
    Launched run(STOCKPOT_PROGRAM " run " + images.settings(run_name, kLong), 3,
                 images.folder / "log");
    ASSERT_TRUE(
        run.signal_rank(rank, signal, when_there_is_a_checkpoint(images.folder / run_name)));
    const auto begun = Clock::now();
    EXPECT_EQ(run.wait().code, 128 + signal);
    EXPECT_LT(Clock::now() - begun, kSoon);
    const auto said = test::read_text(images.folder / "log");
    const auto line =
        fmt::format("[rank {}/3] stockpot: on {}: crashed by {}\n", rank, host_name(), name);
    EXPECT_NE(said.find(line), std::string::npos) << said;
    EXPECT_LT(said.find(line), said.find("*** Process received signal")) << said;
  }
}

TEST(Crash, ARankThatWasKilledEndsTheJobSoon) {
  const Images images;
  Launched run(STOCKPOT_PROGRAM " run " + images.settings("run", kLong), 3, images.folder / "log");
  ASSERT_TRUE(run.signal_rank(1, SIGKILL, when_there_is_a_checkpoint(images.folder / "run")));
  const auto begun = Clock::now();
  EXPECT_EQ(run.wait().code, 137);
  EXPECT_LT(Clock::now() - begun, kSoon);
}
