// SPDX-License-Identifier: Apache-2.0
#include "energy/nvml.hpp"

#include <gtest/gtest.h>

using stockpot::energy::nvml_counters;

namespace {
constexpr const char* kLibrary = STOCKPOT_STAND_IN_NVML;
constexpr const char* kCounting = "0000:01:00.0";
constexpr const char* kSilent = "0000:02:00.0";
}  // namespace

TEST(Nvml, CountsTheJoulesOfTheGpuAtAnAddress) {
  const auto counters = nvml_counters({kCounting}, kLibrary);
  ASSERT_EQ(counters.size(), 1U);
  EXPECT_EQ(counters[0].name, "GPU 0000:01:00.0");
  const double before = counters[0].joules();
  EXPECT_DOUBLE_EQ(counters[0].joules() - before, 1.5);
}

TEST(Nvml, CountsNothingWhereOneGpuOfThemDoesNotCount) {
  EXPECT_TRUE(nvml_counters({kCounting, kSilent}, kLibrary).empty());
  EXPECT_TRUE(nvml_counters({"0000:03:00.0"}, kLibrary).empty());
}

TEST(Nvml, CountsNothingWithoutGpusOrWithoutTheLibraryOfTheDriver) {
  EXPECT_TRUE(nvml_counters({}, kLibrary).empty());
  EXPECT_TRUE(nvml_counters({kCounting}, "libno-such-library.so.1").empty());
}
