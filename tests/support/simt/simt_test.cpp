// SPDX-License-Identifier: Apache-2.0
// What the emulated GPU promises; every kernel here is one that a real one would run or refuse.
#include "support/simt/simt.hpp"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <string>
#include <vector>

using namespace stockpot;

namespace {

constexpr unsigned kAll = 0xffffffff;

template <typename... Parameters, typename... Arguments>
void run(void (*kernel)(Parameters...), unsigned blocks, unsigned threads, Arguments... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim.x = blocks;
  config.blockDim.x = threads;
  config.dynamicSmemBytes = threads * sizeof(int);
  cudaLaunchKernelEx(&config, kernel, arguments...);
  cudaStreamSynchronize(nullptr);
}

/// What `run` says is wrong with a kernel; empty if nothing is.
template <typename... Arguments>
std::string failure_of(Arguments... arguments) {
  try {
    run(arguments...);
    return {};
  } catch (const simt::Failure& failure) {
    return failure.what();
  }
}

unsigned global_index() { return blockIdx.x * blockDim.x + threadIdx.x; }

}  // namespace

TEST(Simt, EveryThreadOfEveryBlockRunsOnceAndKnowsItsPlace) {
  std::vector<int> calls(7 * 70);
  run(
      +[](int* count) { count[global_index()] += gridDim.x == 7 && blockDim.x == 70; }, 7, 70,
      calls.data());
  EXPECT_EQ(calls, std::vector<int>(calls.size(), 1));
}

TEST(Simt, ABarrierShowsEachThreadWhatAllHaveWrittenBefore) {
  std::vector<int> sums(3 * 100);
  run(
      +[](int* out) {
        __shared__ int values[100];
        auto* totals = static_cast<int*>(simt::dynamic_shared());
        values[threadIdx.x] = static_cast<int>(threadIdx.x);
        __syncthreads();
        totals[threadIdx.x] = std::accumulate(values, values + 100, 0);
        __syncthreads();
        out[global_index()] = totals[99 - threadIdx.x];
      },
      3, 100, sums.data());
  EXPECT_EQ(sums, std::vector<int>(sums.size(), 99 * 100 / 2));
}

TEST(Simt, AForgottenBarrierShowsInOneOfTwoBlocks) {
  std::vector<int> received(2 * 64);
  run(
      +[](int* out) {
        __shared__ int values[64];
        values[threadIdx.x] = -1;
        __syncthreads();
        values[threadIdx.x] = static_cast<int>(threadIdx.x);  // a barrier is missing behind this
        out[global_index()] = values[(threadIdx.x + 1) % 64];
      },
      2, 64, received.data());
  for (int b = 0; b < 2; ++b) {
    const auto first = received.begin() + b * 64;
    EXPECT_GT(std::count(first, first + 64, -1), 0) << b;
  }
}

TEST(Simt, AShuffleHandsDownTheValueOfAHigherLaneAndKeepsTheOwnAtTheEnd) {
  std::vector<double> shifted(2 * 64);
  run(
      +[](double* out) {
        double value = 0.5 + threadIdx.x;
        value = __shfl_down_sync(kAll, value, 3);
        out[global_index()] = value;
      },
      2, 64, shifted.data());
  for (unsigned i = 0; i < shifted.size(); ++i) {
    const unsigned thread = i % 64;
    EXPECT_EQ(shifted[i], 0.5 + (thread % 32 < 29 ? thread + 3 : thread));
  }
}

TEST(Simt, ABallotHasABitForEachLaneOfTheWarpThatHolds) {
  std::vector<unsigned> ballots(64);
  run(
      +[](unsigned* out) {
        for (unsigned round = 0; round < 3; ++round) __ballot_sync(kAll, round == 1);
        out[threadIdx.x] = __ballot_sync(kAll, threadIdx.x % 5 == 1);
      },
      1, 64, ballots.data());
  for (unsigned i = 0; i < 64; ++i)
    for (unsigned lane = 0; lane < 32; ++lane)
      EXPECT_EQ(ballots[i] >> lane & 1, (i / 32 * 32 + lane) % 5 == 1);
}

TEST(Simt, HalvesOfAWarpMeetApartFromEachOther) {
  std::vector<unsigned> ballots(32);
  run(
      +[](unsigned* out) {
        if (threadIdx.x % 2 == 0) {
          out[threadIdx.x] = __ballot_sync(0x55555555, true);
        } else {
          __syncwarp(0xaaaaaaaa);
          out[threadIdx.x] = __ballot_sync(0xaaaaaaaa, threadIdx.x > 16);
        }
        __syncwarp();
      },
      1, 32, ballots.data());
  for (unsigned i = 0; i < 32; ++i) EXPECT_EQ(ballots[i], i % 2 == 0 ? 0x55555555 : 0xaaaa0000);
}

TEST(Simt, AtomicSumsGiveEachThreadAnotherValueAndLoseNone) {
  unsigned long long sum = 100;
  std::vector<unsigned long long> before(5 * 40);
  run(
      +[](unsigned long long* at, unsigned long long* out) {
        out[global_index()] = atomicAdd(at, 2ULL);
      },
      5, 40, &sum, before.data());
  EXPECT_EQ(sum, 100 + 2 * before.size());
  EXPECT_EQ(std::set(before.begin(), before.end()).size(), before.size());
  EXPECT_EQ(*std::ranges::min_element(before), 100);
}

TEST(Simt, ThreadsThatHaveLeftDoNotHoldUpAWarpOperationOfTheOthers) {
  std::vector<unsigned> ballots(64);
  EXPECT_EQ(failure_of(
                +[](unsigned* out) {
                  if (threadIdx.x >= 40) return;
                  out[threadIdx.x] = __ballot_sync(threadIdx.x < 32 ? kAll : 0xff, true);
                },
                1U, 64U, ballots.data()),
            "");
  EXPECT_EQ(ballots[31], kAll);
  EXPECT_EQ(ballots[39], 0xff);
  EXPECT_EQ(ballots[40], 0);
}

TEST(Simt, ABarrierThatAThreadMissesIsAFailureThatNamesIt) {
  const std::string left = failure_of(
      +[] {
        if (threadIdx.x == 17) return;
        __syncthreads();
      },
      2U, 64U);
  EXPECT_NE(left.find("thread 17 has finished"), std::string::npos) << left;
  EXPECT_NE(left.find("block 0"), std::string::npos) << left;
  const std::string once_more = failure_of(
      +[] {
        for (unsigned i = 0; i < (blockIdx.x == 1 && threadIdx.x == 5 ? 3 : 2); ++i)
          __syncthreads();
      },
      2U, 64U);
  EXPECT_NE(once_more.find("block 1"), std::string::npos) << once_more;
  EXPECT_NE(once_more.find("thread 5 waits at barrier"), std::string::npos) << once_more;
}

TEST(Simt, BarriersAtTwoPlacesAreAFailureEvenIfAllThreadsWait) {
  const auto kernel = +[] {
    if (threadIdx.x < 32) {
      __syncthreads();
    } else {
      __syncthreads();
    }
  };
  EXPECT_NE(failure_of(kernel, 1U, 64U).find("thread 32 waits at barrier"), std::string::npos);
}

TEST(Simt, AWarpOperationThatALaneOfItsMaskMissesIsAFailure) {
  const auto leaves = +[] {
    if (threadIdx.x == 9) return;
    __ballot_sync(kAll, true);
  };
  const auto is_outside = +[] { __ballot_sync(kAll & ~1U, true); };
  const auto waits_elsewhere = +[] {
    if (threadIdx.x == 9) __syncthreads();
    __ballot_sync(kAll, true);
  };
  const auto whole_warp = +[] { __ballot_sync(kAll, true); };
  EXPECT_NE(failure_of(leaves, 1U, 32U).find("thread 9 has finished"), std::string::npos);
  EXPECT_NE(failure_of(is_outside, 1U, 32U).find("thread 0 waits at warp operation"),
            std::string::npos);
  EXPECT_NE(failure_of(waits_elsewhere, 1U, 32U).find("thread 9 waits at barrier"),
            std::string::npos);
  EXPECT_NE(failure_of(whole_warp, 1U, 40U).find("not all threads meet"), std::string::npos);
  EXPECT_EQ(failure_of(whole_warp, 1U, 64U), "");  // and it works on after failures
}

TEST(Simt, WorkIsDoneOnlyWhereTheHostWaitsForIt) {
  int value = 1, copy = 0;
  cudaLaunchConfig_t config{};
  cudaLaunchKernelEx(&config, +[](int* at, int by) { *at += by; }, &value, 4);
  cudaMemcpyAsync(&copy, &value, sizeof value, cudaMemcpyDeviceToHost, nullptr);
  EXPECT_EQ(value, 1);
  cudaStreamSynchronize(nullptr);
  EXPECT_EQ(copy, 5);
}

TEST(SimtDeathTest, AStepPastSharedOrDeviceMemoryIsSeenByTheAddressSanitizer) {
#ifndef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "built without it";
#endif
  // where both sanitizers are on, the one for undefined behaviour may be the first to see it
  constexpr const char* kFound = "buffer-overflow|insufficient space";
  EXPECT_DEATH(run(
                   +[] {
                     __shared__ int values[32];
                     __syncthreads();
                     static_cast<volatile int*>(values)[threadIdx.x + 1] = 1;
                   },
                   1, 32),
               kFound);
  EXPECT_DEATH(
      run(
          +[] { static_cast<volatile int*>(simt::dynamic_shared())[threadIdx.x + 1] = 1; }, 1, 32),
      kFound);
  void* memory = nullptr;
  cudaMallocAsync(&memory, 32 * sizeof(int), nullptr);
  EXPECT_DEATH(run(
                   +[](volatile int* at) { at[threadIdx.x + 1] = 1; }, 1, 32,
                   static_cast<volatile int*>(memory)),
               kFound);
  cudaFreeAsync(memory, nullptr);
  cudaStreamSynchronize(nullptr);
}
