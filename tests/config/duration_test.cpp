// SPDX-License-Identifier: Apache-2.0
#include "config/duration.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using namespace stockpot;

TEST(Duration, IsSecondsOrAClock) {
  EXPECT_EQ(config::duration_s("90"), 90);
  EXPECT_EQ(config::duration_s("0:01:30"), 90);
  EXPECT_EQ(config::duration_s("01:00:00"), 3600);
  EXPECT_EQ(config::duration_s("2-12:00:01"), 2 * 86400 + 12 * 3600 + 1);
}

TEST(Duration, AnythingElseIsRefused) {
  for (const char* text : {"", "0", "0:00:00", "1:30", "-5", "1e3", "90s", "1:60:00", "1:00:60",
                           " 90", "2-90", "99999999999999999999"})
    EXPECT_THROW(config::duration_s(text), UsageError) << text;
}
