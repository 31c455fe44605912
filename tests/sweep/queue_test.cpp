// SPDX-License-Identifier: Apache-2.0
#include "sweep/queue.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using namespace stockpot;
using sweep::ArrayChunk;

namespace {
const std::filesystem::path kFolder = "/scratch/sweep";
}  // namespace

TEST(Chunks, HaveIndicesBelowTheLimitCountedFromTheirFirstPoint) {
  EXPECT_EQ(sweep::chunks_of({0, 1, 2, 3}, 1001), (std::vector<ArrayChunk>{{0, "0-3", 4}}));
  EXPECT_EQ(sweep::chunks_of({1, 3, 4, 9}, 10), (std::vector<ArrayChunk>{{0, "1,3-4,9", 4}}));
  EXPECT_EQ(sweep::chunks_of({8, 9, 10, 11, 25}, 10),
            (std::vector<ArrayChunk>{{0, "8-9", 2}, {10, "0-1", 2}, {20, "5", 1}}));
  EXPECT_TRUE(sweep::chunks_of({}, 10).empty());
}

TEST(Queue, NamesThePointsOfThisSweepAlone) {
  const auto name = sweep::job_name_of(kFolder);
  EXPECT_EQ(name.size(), std::string("stockpot-").size() + 12);
  EXPECT_NE(name, sweep::job_name_of("/scratch/sweep2"));
  const auto lines = sweep::job_name_of(kFolder, {.first = 1000}) + "|17|RUNNING|None\n" + name +
                     "-0|3|PENDING|JobHeldUser\nother|4|RUNNING|None\n" + name +
                     "-0|N/A|PENDING|x\n" + name + "-x|1|PENDING|x\n" + name +
                     "|1|PENDING|x\nbroken\n";
  const auto points = sweep::queued_points_in(lines, name);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].point, 1017);
  EXPECT_EQ(points[0].state, "RUNNING");
  EXPECT_FALSE(points[0].is_held());
  EXPECT_EQ(points[1].point, 3);
  EXPECT_EQ(points[1].job, name + "-0");
  EXPECT_TRUE(points[1].is_held());
  EXPECT_TRUE(sweep::queued_points_in("", name).empty());
}

TEST(Queue, HeldAfterAFailedLaunchIsHeld) {
  EXPECT_TRUE((sweep::QueuedPoint{.reason = "launch failed requeued held"}.is_held()));
  EXPECT_FALSE((sweep::QueuedPoint{.reason = "Resources"}.is_held()));
}

TEST(Slurm, SaysItsLimitAndTheNumberOfAJob) {
  EXPECT_EQ(sweep::max_array_size_in("LaunchType = x\nMaxArraySize            = 4001\nX = 1"),
            4001);
  EXPECT_EQ(sweep::max_array_size_in(""), 1001);
  EXPECT_EQ(sweep::max_array_size_in("MaxArraySize = none"), 1001);
  EXPECT_EQ(sweep::job_number_in("123\n"), "123");
  EXPECT_EQ(sweep::job_number_in("123;cluster\n"), "123");
  for (const char* said : {"", "error", "123 4", "-1", "sbatch: error: x\n123"})
    EXPECT_THROW(sweep::job_number_in(said), DataError) << said;
}
