// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

#include <gtest/gtest.h>

using namespace stockpot;

TEST(Error, ReadsProblemWhySuggestion) {
  EXPECT_STREQ(ConfigError("a", "b", "c").what(), "a (b); c");
  EXPECT_STREQ(ConfigError("a").what(), "a");
  EXPECT_STREQ(ConfigError("a", "", "c").what(), "a; c");
}

TEST(Error, IsOneLineWhateverItsFilesAreCalled) {
  const std::string file = "a\nstockpot: done\x1b[2J";
  EXPECT_STREQ(DataError(file + ": empty", file, file).what(),
               "a\\x0astockpot: done\\x1b[2J: empty (a\\x0astockpot: done\\x1b[2J); "
               "a\\x0astockpot: done\\x1b[2J");
}

TEST(Error, OfSeveralLinesHasThemIndentedBelowTheProblem) {
  EXPECT_STREQ(DataError({"two are wrong:", {"a\nb", "c"}}, "why").what(),
               "two are wrong:\n  a\\x0ab\n  c (why)");
}
