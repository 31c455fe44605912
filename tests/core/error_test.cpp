// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

#include <gtest/gtest.h>

using namespace stockpot;

TEST(Error, ReadsProblemWhySuggestion) {
  EXPECT_STREQ(ConfigError("a", "b", "c").what(), "a (b); c");
  EXPECT_STREQ(ConfigError("a").what(), "a");
  EXPECT_STREQ(ConfigError("a", "", "c").what(), "a; c");
}
