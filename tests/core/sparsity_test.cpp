// SPDX-License-Identifier: Apache-2.0
#include "core/sparsity.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/error.hpp"

using namespace stockpot;

TEST(KeepCount, RoundsHalfToEven) {
  EXPECT_EQ(keep_count(0.5, 5), 3);  // 2.5 -> 2 removed
  EXPECT_EQ(keep_count(0.5, 7), 3);  // 3.5 -> 4 removed
  EXPECT_EQ(keep_count(0.0, 10), 10);
  EXPECT_EQ(keep_count(0.9, 84934656), 84934656 - 76441190);
}

TEST(KeepCount, RefusesAPercentageAndGuessesTheFraction) {
  try {
    keep_count(70, 100);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 0.7?"), std::string::npos)
        << error.what();
    EXPECT_EQ(error.exit_code(), ExitCode::bad_configuration);
  }
  EXPECT_THROW(keep_count(1.0, 100), ConfigError);
  EXPECT_THROW(keep_count(-0.1, 100), ConfigError);
}
