// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/benchmark.hpp"
#include "core/error.hpp"
#include "jobs/job.hpp"
#include "support/temp_dir.hpp"
#include "support/world.hpp"

using namespace stockpot;
using bench::Goal;

TEST(Ratios, AreTakenRoundByRound) {
  const bench::Timings timings{.ours_s = {1, 2, 10}, .peer_s = {30, 20, 300}};
  const bench::Ratios faster = bench::ratios_of(timings, Goal::Kind::at_least);
  EXPECT_DOUBLE_EQ(faster.median, 30);
  EXPECT_DOUBLE_EQ(faster.least, 10);
  EXPECT_DOUBLE_EQ(faster.most, 30);
  EXPECT_DOUBLE_EQ(bench::ratios_of(timings, Goal::Kind::at_most).most, 0.1);
  EXPECT_THROW(bench::ratios_of({.ours_s = {1}, .peer_s = {}}, Goal::Kind::at_least), LogicError);
}

TEST(Verdict, IsByTheMedianAndUnclearWhereRoundsDisagree) {
  const Goal faster{Goal::Kind::at_least, 5}, cost{Goal::Kind::at_most, 2};
  EXPECT_EQ(bench::verdict({5, 1, 9}, faster), "met");
  EXPECT_EQ(bench::verdict({4, 1, 9}, faster), "unclear");
  EXPECT_EQ(bench::verdict({4, 1, 4.5}, faster), "missed");
  EXPECT_EQ(bench::verdict({2, 1, 9}, cost), "met");
  EXPECT_EQ(bench::verdict({3, 1, 9}, cost), "unclear");
  EXPECT_EQ(bench::verdict({3, 2.5, 9}, cost), "missed");
}

TEST(Benchmark, GivesEqualOutputsOnBothSidesWhenSmall) {
  for (const auto& benchmark : bench::catalogue()) {
    SCOPED_TRACE(benchmark.id);
    const auto timings =
        benchmark.run({.scale = 0.02, .threads = 1, .rounds = 1, .ranks = &test::world()});
    EXPECT_GT(bench::ratios_of(timings, benchmark.goal.kind).median, 0.0);
  }
}

TEST(Bench, WritesWhatItMeasured) {
  const test::TempDir folder;
  const auto file = folder.path() / "bench.json";
  EXPECT_EQ(jobs::bench({"select-vs-read", "adamw-vs-torch", "--scale", "0.02", "--rounds", "3",
                         "--threads", "1", "--json", file.string()}),
            ExitCode::done);
  std::ifstream stream(file);
  const auto report = nlohmann::json::parse(stream);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0]["id"], "select-vs-read");
  EXPECT_EQ(report[1]["goal"], ">= 7.0");
  EXPECT_EQ(report[1]["ours_s"].size(), 3U);
  EXPECT_GT(report[1]["median"], 0.0);
}

TEST(Bench, SaysWhatItTakes) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(jobs::bench({"--help"}), ExitCode::done);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("--rounds"), std::string::npos);
}

TEST(Bench, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(jobs::bench({"no-such-benchmark"}), UsageError);
  EXPECT_THROW(jobs::bench({"--no-such-flag", "1"}), UsageError);
  EXPECT_THROW(jobs::bench({"--scale", "-1"}), UsageError);
  EXPECT_THROW(jobs::bench({"--scale"}), UsageError);
  EXPECT_THROW(jobs::bench({"--json", "/no/such/folder/x.json", "select-vs-read", "--scale",
                            "0.001", "--rounds", "1"}),
               IoError);
}
