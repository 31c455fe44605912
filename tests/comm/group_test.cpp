// SPDX-License-Identifier: Apache-2.0
#include "comm/group.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "comm/mpi_session.hpp"
#include "support/world.hpp"

using namespace stockpot;

TEST(Group, SumsOverRanks) {
  const auto& world = test::world();
  std::vector<std::int64_t> values = {world.rank() + 1, 10};
  world.sum(values);
  EXPECT_EQ(values[0], world.size() * (world.size() + 1) / 2);
  EXPECT_EQ(values[1], 10 * world.size());
}

TEST(Group, UnitesBitsOfAllRanks) {
  const auto& world = test::world();
  std::vector<std::uint64_t> words(100, 0);
  words[static_cast<std::size_t>(world.rank())] = 1ULL << (60 + world.rank() % 4);
  world.unite(words);
  for (int r = 0; r < world.size(); ++r)
    EXPECT_EQ(words[static_cast<std::size_t>(r)], 1ULL << (60 + r % 4));
  EXPECT_EQ(words[99], 0U);
}

TEST(Group, GathersTextsOfDifferentLengthInRankOrder) {
  const auto& world = test::world();
  const auto texts = world.gather(std::string(static_cast<std::size_t>(world.rank()), 'x'));
  for (std::size_t r = 0; r < texts.size(); ++r) EXPECT_EQ(texts[r].size(), r);
}

TEST(Group, BroadcastsTheTextOfRankZero) {
  EXPECT_EQ(test::world().broadcast(test::world().is_root() ? "from the root" : "not this"),
            "from the root");
}

TEST(Group, NoticesARankWithAnotherValue) {
  const auto& world = test::world();
  EXPECT_TRUE(world.same_on_all_ranks(42));
  EXPECT_EQ(world.same_on_all_ranks(static_cast<std::uint64_t>(world.rank())), world.size() == 1);
}

TEST(Group, MovedFromObjectOwnsNothing) {
  auto local = test::world().node_local();
  auto moved = std::move(local);
  EXPECT_EQ(moved.size(), test::world().size());  // the tests run on one node
}

TEST(Group, RefusesRanksThatAreAllRankZeroOfOne) {
  if (test::world().size() > 1) GTEST_SKIP() << "needs one rank";
  const char* old = std::getenv("OMPI_COMM_WORLD_SIZE");
  const std::string kept = old ? old : "";
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
  ::setenv("SLURM_STEP_NUM_TASKS", "4", 1);
  ::setenv("SLURM_STEP_ID", "0", 1);
  EXPECT_THROW(comm::refuse_singletons(test::world()), ConfigError);
  ::setenv("SLURM_STEP_NUM_TASKS", "1", 1);
  EXPECT_NO_THROW(comm::refuse_singletons(test::world()));
  ::unsetenv("SLURM_STEP_NUM_TASKS");
  ::unsetenv("SLURM_STEP_ID");
  if (old) ::setenv("OMPI_COMM_WORLD_SIZE", kept.c_str(), 1);
}
