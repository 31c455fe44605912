// SPDX-License-Identifier: Apache-2.0
// How a program of several ranks ends, by what its ranks throw. Without the time limits of
// `ended_of` a hang would be a failure only of the whole test.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include "core/provenance.hpp"
#include "jobs/program.hpp"

using namespace stockpot;

namespace {

test::Ended ended_of(const std::string& how, int ranks) {
  return test::shell("timeout 30 " STOCKPOT_MPIEXEC " -np " + std::to_string(ranks) + " " +
                     WITH_RANKS_PROGRAM + " '" + how + "'");
}

int lines_with(const std::string& text, const std::string& part) {
  int lines = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++lines;
  return lines;
}

}  // namespace

TEST(WithRanks, AnErrorThatAllRanksThrowIsSaidOnceAndAllLeaveInOrder) {
  for (const int ranks : {2, 4}) {
    const auto ended = ended_of("all alike", ranks);
    EXPECT_EQ(ended.code, 78) << ended.text;
    EXPECT_EQ(lines_with(ended.text, "this setting is refused"), 1) << ended.text;
    EXPECT_EQ(lines_with(ended.text, "MPI_ABORT") + lines_with(ended.text, "MPI_Abort"), 0)
        << ended.text;
  }
}

TEST(WithRanks, AnErrorOfOneRankWhileOthersWaitEndsAllByItsMessageWithItsHost) {
  const auto ended = ended_of("one while others wait", 3);
  EXPECT_EQ(ended.code, 74) << ended.text;
  const auto message = "[rank 1/3] stockpot: on " + host_name() + ": cannot read its file";
  EXPECT_EQ(lines_with(ended.text, message), 1) << ended.text;
  EXPECT_EQ(lines_with(ended.text, "went on"), 0) << ended.text;
}

TEST(WithRanks, AnyEndOfOneRankIsTheEndOfAllWithin10SecondsAndTheFirstLineTellsTheCause) {
  struct Case {
    const char* how;
    const char* says;
    int code;
  };
  for (const auto& [how, says, code] :
       {Case{"one has no memory", "out of memory (std::bad_alloc)", 70},
        Case{"one in a thread of its own", "nobody caught: cannot read its file", 128 + SIGABRT},
        Case{"one reads what is not its own", "crashed by SIGSEGV", 128 + SIGSEGV}}) {
    const auto begun = std::chrono::steady_clock::now();
    const auto ended = ended_of(how, 3);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10)) << how;
    EXPECT_EQ(ended.code, code) << ended.text;
    EXPECT_EQ(ended.text.rfind("[rank 1/3] stockpot: on " + host_name() + ": " + says, 0), 0U)
        << ended.text;
    EXPECT_EQ(lines_with(ended.text, "went on"), 0) << ended.text;
  }
}

TEST(WithRanks, EqualErrorsFromDifferentPlacesAbort) {
  const auto ended = ended_of("alike, at different places", 2);
  EXPECT_EQ(ended.code, 78) << ended.text;
  EXPECT_EQ(lines_with(ended.text, "this setting is refused"), 1) << ended.text;
}

TEST(WithRanks, DifferentErrorsAreAllSaid) {
  const auto ended = ended_of("all, otherwise", 2);
  EXPECT_EQ(ended.code, 78) << ended.text;
  EXPECT_GE(lines_with(ended.text, "refused by"), 1) << ended.text;
}

TEST(WithRanks, AnErrorOfOneRankThatIsAgreedOnNamesRankAndHost) {
  const auto ended = ended_of("one in work that is agreed on", 3);
  EXPECT_EQ(ended.code, 74) << ended.text;
  const auto message = "stockpot: rank 1 on " + host_name() + ": cannot read its file";
  EXPECT_EQ(lines_with(ended.text, message), 1) << ended.text;
}

TEST(WithRanks, AnErrorOfOneRankBeforeMpiReachesTheOthers) {
  const auto ended = ended_of("one before MPI", 3);
  EXPECT_EQ(ended.code, 65) << ended.text;
  const auto message = "stockpot: rank 1 on " + host_name() + ": cannot read its configuration";
  EXPECT_EQ(lines_with(ended.text, message), 1) << ended.text;
  EXPECT_EQ(lines_with(ended.text, "went on"), 0) << ended.text;
}
