// SPDX-License-Identifier: Apache-2.0
#include "comm/gradient_reducer.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "support/world.hpp"

using namespace stockpot;

namespace {

/// Values whose sum over ranks depends on the order of additions.
std::vector<float> part_of_rank(int rank) {
  std::vector<float> values(1001);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 1.0F / static_cast<float>(i * 7 + static_cast<std::size_t>(rank) * 1013 + 1);
  return values;
}

}  // namespace

TEST(GradientReducer, SumHasTheBitsOfOneAllReduceOfTheWhole) {
  const auto& world = test::world();
  const auto reducer = comm::make_gradient_reducer("auto", {}, world);
  EXPECT_EQ(reducer->name(), "mpi");
  auto values = part_of_rank(world.rank()), expected = values;
  reducer->sum(values.data(), values.size());
  world.sum(expected);
  EXPECT_EQ(values, expected);
}

TEST(GradientReducer, GivesTheBitsOfTheWholeWhereverBucketsAreCut) {
  const auto& world = test::world();
  const auto reducer = comm::make_gradient_reducer("mpi", {}, world);
  auto values = part_of_rank(world.rank()), expected = values;
  world.sum(expected);
  reducer->begin(values.data() + 600, 401);
  reducer->begin(values.data(), 1);
  reducer->begin(values.data() + 1, 599);
  reducer->finish();
  EXPECT_EQ(values, expected);
  reducer->finish();  // nothing was begun
  EXPECT_EQ(values, expected);
}

TEST(GradientReducer, LeavesAloneWhatLiesBetweenBuckets) {
  const auto& world = test::world();
  const auto reducer = comm::make_gradient_reducer("mpi", {}, world);
  std::vector<float> values(10, 1.0F);
  reducer->begin(values.data() + 8, 2);
  reducer->begin(values.data(), 3);
  reducer->finish();
  const auto ranks = static_cast<float>(world.size());
  EXPECT_EQ(values, (std::vector<float>{ranks, ranks, ranks, 1, 1, 1, 1, 1, ranks, ranks}));
}

TEST(GradientReducer, IsRefusedByAllRanksAlikeWhereItDoesNotFitTheDevice) {
  try {
    comm::make_gradient_reducer("nccl", {}, test::world());
    ADD_FAILURE() << "NCCL sums no host memory";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_configuration);
    EXPECT_EQ(std::string(error.what()).rfind("dist.backend = nccl", 0), 0U) << error.what();
  }
}

TEST(Device, OfAnotherBuildIsRefusedByAllRanksAlike) {
  EXPECT_FALSE(comm::choose_device("cpu", test::world()).cuda);
  const bool has_gpu = comm::choose_device("auto", test::world()).cuda;
  if (has_gpu) GTEST_SKIP() << "needs a machine without a GPU";
  try {
    comm::choose_device("cuda", test::world());
    ADD_FAILURE() << "there is no GPU";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_configuration);
  }
}

TEST(Device, IsSharedWhereTwoRanksOfANodeHaveTheSameBusAddress) {
  using comm::some_share_a_gpu;
  // --gpus-per-task: every rank sees one GPU, as its number 0, and they are different ones
  const comm::GpuAddress a{"n1", "0000:17:00.0"}, b{"n1", "0000:65:00.0"}, c{"n2", "0000:17:00.0"};
  EXPECT_FALSE(some_share_a_gpu({}));
  EXPECT_FALSE(some_share_a_gpu(std::vector{a}));
  EXPECT_FALSE(some_share_a_gpu(std::vector{a, b}));
  EXPECT_FALSE(some_share_a_gpu(std::vector{a, b, c}));  // the same slot of another node
  EXPECT_TRUE(some_share_a_gpu(std::vector{a, b, a}));
}
