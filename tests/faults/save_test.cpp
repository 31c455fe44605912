// SPDX-License-Identifier: Apache-2.0
// A save is stopped at each of its system calls in turn: the process is killed there, or the call
// fails. What is found then must be the checkpoint before it or the new one, whole.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "faults/saved_run.hpp"
#include "support/trials.hpp"

using namespace stockpot;
using test::kBefore;
using test::kNew;
using test::Saved;

namespace {

namespace fs = std::filesystem;

/// How often a save makes each system call, and how often the program had before it.
struct Calls {
  std::map<std::string, int> before, in_save;
};

Calls count_calls() {
  const Saved saved;
  EXPECT_EQ(saved.save(""), 0);
  EXPECT_EQ(saved.store.names(), (std::vector{kNew, kBefore}));
  Calls calls;
  bool begun = false;
  std::istringstream log(test::read_text(saved.folder / "log"));
  for (std::string line; std::getline(log, line);) {
    const auto from = line.find(' ') + 1, to = line.find('(');
    if (to == std::string::npos || to <= from) continue;
    begun |= line.find("stockpot-the-save-begins") != std::string::npos;
    const auto first = line.find_first_not_of(' ', from);
    ++(begun ? calls.in_save : calls.before)[line.substr(first, to - first)];
  }
  EXPECT_TRUE(begun);
  return calls;
}

/// What a run must find after a save that was stopped.
void expect_old_or_new(const Saved& saved, const std::string& what) {
  const auto names = saved.store.names();
  ASSERT_FALSE(names.empty()) << what;
  EXPECT_TRUE(names.front() == kBefore || names.front() == kNew) << what << " " << names.front();
  EXPECT_TRUE(test::is_good(saved.store, names.front())) << what << " " << names.front();
  EXPECT_TRUE(test::is_good(saved.store, kBefore)) << what;
  saved.store.remove_unfinished();
  for (const auto& entry : fs::recursive_directory_iterator(saved.store.path()))
    EXPECT_FALSE(entry.path().extension() == ".tmp") << what << " " << entry.path();
  for (const auto& entry : fs::directory_iterator(saved.store.path()))
    EXPECT_TRUE(fs::exists(entry.path() / io::kManifestFile)) << what << " " << entry.path();
}

/// Every how-many-th call a test of each change tries; the night tries all.
int stride() { return test::is_nightly() ? 1 : 5; }

}  // namespace

TEST(Save, KilledAtAnyOfItsSystemCallsLeavesTheOneBeforeOrTheNewOne) {
  if (!test::can_trace()) GTEST_SKIP() << "strace is not there, or may not trace";
  const auto calls = count_calls();
  test::TrialCount kills("G2", "a save is killed at one of its system calls");
  int old_ones = 0, new_ones = 0, point = 0;
  for (const auto& [call, count] : calls.in_save) {
    if (call == "exit_group") continue;
    const auto before = calls.before.contains(call) ? calls.before.at(call) : 0;
    for (int n = 1; n <= count; ++n) {
      if (point++ % stride() != 0) continue;
      const Saved saved;
      const test::Expectations expectations;
      const auto code = saved.save(
          fmt::format("-e trace={0} -e inject={0}:signal=SIGKILL:when={1}", call, before + n));
      EXPECT_NE(code, 0) << call << " " << n;
      ++(saved.store.names().front() == kNew ? new_ones : old_ones);
      expect_old_or_new(saved, fmt::format("killed at {} {}", call, n));
      kills.add(expectations.hold());
    }
  }
  EXPECT_GT(old_ones, 40 / stride());
  EXPECT_GT(new_ones, 0);
  fmt::print("{} kills: {} left the one before, {} the new one\n", kills.trials(), old_ones,
             new_ones);
}

TEST(Save, WhoseSystemCallFailsSaysSoAndLeavesTheOneBeforeOrTheNewOne) {
  if (!test::can_trace()) GTEST_SKIP() << "strace is not there, or may not trace";
  const auto calls = count_calls();
  test::TrialCount failures("G8", "a system call of a save fails (ENOSPC, EIO)");
  int refused = 0, point = 0;
  for (const char* error : {"ENOSPC", "EIO"})
    for (const auto& [call, count] : calls.in_save) {
      // memory and threads are another matter
      if (!std::set<std::string>{"openat", "write", "fsync", "fallocate", "pread64", "close",
                                 "renameat", "rename", "mkdir", "unlink", "unlinkat", "rmdir",
                                 "newfstatat", "fstat", "getdents64"}
               .contains(call))
        continue;
      const auto before = calls.before.contains(call) ? calls.before.at(call) : 0;
      for (int n = 1; n <= count; ++n) {
        if (point++ % stride() != 0) continue;
        const Saved saved;
        const test::Expectations expectations;
        const auto what = fmt::format("{} {} gives {}", call, n, error);
        const auto code = saved.save(
            fmt::format("-e trace={0} -e inject={0}:error={1}:when={2}", call, error, before + n));
        EXPECT_TRUE(code == 0 || code == 74 || code == 65) << what << ": " << code;
        EXPECT_TRUE(code != 0 || test::is_good(saved.store, kNew))
            << what << ": it said that all was well";
        refused += code != 0;
        expect_old_or_new(saved, what);
        failures.add(expectations.hold());
      }
    }
  EXPECT_GT(refused, 40 / stride());
  fmt::print("{} failures, {} of them refused\n", failures.trials(), refused);
}
