// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

namespace stockpot::test {

/// Whether the night asks: exhaustive variants and many trials.
inline bool is_nightly() {
  const char* asked = std::getenv("STOCKPOT_NIGHTLY");
  return asked != nullptr && std::string_view(asked) != "0";
}

/// How many trials: STOCKPOT_TRIALS if it is set, else by day or by night.
inline int trials(int by_day, int by_night) {
  if (const char* asked = std::getenv("STOCKPOT_TRIALS")) return std::max(1, std::atoi(asked));
  return is_nightly() ? by_night : by_day;
}

/// A seed that no other run has, or STOCKPOT_SEED, which replays one.
inline std::uint32_t trial_seed() {
  if (const char* asked = std::getenv("STOCKPOT_SEED"))
    return static_cast<std::uint32_t>(std::strtoul(asked, nullptr, 10));
  return std::random_device()();
}

/// Sees whether expectations of the test that runs have failed since it was made.
class Expectations {
 public:
  bool hold() const { return failed() == failed_before_; }

 private:
  static int failed() {
    return ::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  }
  int failed_before_ = failed();
};

/// Counts the trials of one guarantee (docs/guarantees.md) in one test, and says how one that
/// failed is replayed. At its end it appends a line to the file that STOCKPOT_TRIALS_FILE names,
/// for tools/guarantees.py: guarantee, what was tried, trials, failures, seed.
///
///     TrialCount count("G1", "a random rank is killed", seed);
///     for (...) {
///       const Expectations expectations;
///       EXPECT_...
///       count.add(expectations.hold());
///     }
class TrialCount {
 public:
  TrialCount(std::string guarantee, std::string what, std::uint32_t seed = 0)
      : guarantee_(std::move(guarantee)), what_(std::move(what)), seed_(seed) {}
  ~TrialCount() {
    if (trials_ == 0) return;
    fmt::print("{} {}: {} trials, {} failures, seed {}\n", guarantee_, what_, trials_, failures_,
               seed_);
    if (const char* file = std::getenv("STOCKPOT_TRIALS_FILE"))
      std::ofstream(file, std::ios::app)
          << fmt::format("{}\t{}\t{}\t{}\t{}\n", guarantee_, what_, trials_, failures_, seed_);
  }
  TrialCount(const TrialCount&) = delete;
  TrialCount& operator=(const TrialCount&) = delete;

  void add(bool holds) {
    ++trials_;
    if (holds) return;
    ++failures_;
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    fmt::print("trial {} failed; again: STOCKPOT_SEED={} STOCKPOT_TRIALS={} --gtest_filter={}.{}\n",
               trials_, seed_, trials_, test->test_suite_name(), test->name());
  }
  int trials() const { return trials_; }

 private:
  std::string guarantee_, what_;
  std::uint32_t seed_;
  int trials_ = 0, failures_ = 0;
};

}  // namespace stockpot::test
