// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"

using namespace stockpot;

TEST(ParallelFor, CallsTheBodyOnceForEveryIndexOnAnyNumberOfThreads) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> calls(37);
    parallel_for(37, threads, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
    for (const auto& count : calls) EXPECT_EQ(count, 1) << threads;
  }
}

TEST(ParallelFor, ThrowsWhatTheLowestIndexThrewAfterAllAreDone) {
  for (const int threads : {1, 2, 5}) {
    std::atomic<int> done = 0;
    const auto body = [&](std::int64_t i) {
      ++done;
      if (i >= 11) throw DataError("picture " + std::to_string(i));
    };
    try {
      parallel_for(40, threads, body);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const DataError& error) {
      EXPECT_STREQ(error.what(), "picture 11");
    }
    EXPECT_EQ(done, 40);
  }
}

TEST(FirstFailure, ThrowsNothingWhereNothingFailed) {
  FirstFailure failure;
  failure.guard(0, [] {});
  EXPECT_NO_THROW(failure.rethrow());
}
