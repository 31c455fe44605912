// SPDX-License-Identifier: Apache-2.0
#include "jobs/placement.hpp"

#include <ATen/Context.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "support/world.hpp"

using namespace stockpot;

TEST(Placement, OnGpusFp32IsFp32AndBitsRepeatWhereAskedFor) {
  auto& context = at::globalContext();
  EXPECT_TRUE(context.allowTF32CuDNN())
      << "LibTorch's default, which would have to be switched off";
  jobs::set_gpu_arithmetic(false);
  EXPECT_FALSE(context.allowTF32CuDNN());
  EXPECT_FALSE(context.allowTF32CuBLAS());
  EXPECT_FALSE(context.benchmarkCuDNN());
  EXPECT_FALSE(context.deterministicAlgorithms());

  jobs::set_gpu_arithmetic(true);
  EXPECT_FALSE(context.allowTF32CuDNN());
  EXPECT_TRUE(context.deterministicCuDNN());
  EXPECT_TRUE(context.deterministicAlgorithms());
  EXPECT_FALSE(context.deterministicAlgorithmsWarnOnly());
  EXPECT_STREQ(std::getenv("CUBLAS_WORKSPACE_CONFIG"), ":4096:8");
}

TEST(Placement, TakesTheThreadsOfTheEnvironmentForOneRankAsTheyAre) {
  config::RunConfig config;
  config.device = "cpu";
  config.dist.reduction = "fast";
  ::setenv("OMP_NUM_THREADS", "3", 1);
  EXPECT_EQ(jobs::take_place(config, test::world()).threads, 3);  // not 3 / ranks
  config.dist.reduction = "fixed";
  EXPECT_EQ(jobs::take_place(config, test::world()).threads, 1);
  config.dist.threads = 2;
  EXPECT_EQ(jobs::take_place(config, test::world()).threads, 2);
}
