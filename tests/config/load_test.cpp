// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "files.hpp"

using namespace stockpot;
using namespace stockpot::test;

TEST(Load, PrefersCommandLineThenLaterFileThenEarlierFileThenDefault) {
  const TempDir dir;
  const auto first =
      write(dir, "first.ini",
            "[data]\ndir = d\n[isp]\ndenoisers = 1\nlook_ahead_steps = 11\nrate = 0.1\n");
  const auto second = write(dir, "second.ini", "[isp]\ndenoisers = 2\nlook_ahead_steps = 22\n");
  const auto config = configure({first, second}, {"--isp.denoisers", "3"});
  EXPECT_EQ(config.isp.denoisers, 3);
  EXPECT_EQ(config.isp.look_ahead_steps, 22);
  EXPECT_EQ(config.isp.rate, 0.1);
  EXPECT_EQ(config.isp.budget_share, 0.5);
}

TEST(Load, ReadsEveryTypeAndSkipsCommentsBlanksAndCarriageReturns) {
  const TempDir dir;
  const auto file =
      write(dir, "a.ini",
            "\xEF\xBB\xBF# comment\r\nseed = 18446744073709551615 # largest\r\n\r\n  [data]\r\n  "
            "dir = /a folder/b\r\n"
            "validation_size=-1\r\n[isp]\r\ninclude_base = no\r\nlr_decades = 2.5e-1\r\n");
  const auto config = configure({file});
  EXPECT_EQ(config.seed, 18446744073709551615u);
  EXPECT_EQ(config.data.dir, "/a folder/b");
  EXPECT_EQ(config.data.validation_size, -1);
  EXPECT_FALSE(config.isp.include_base);
  EXPECT_EQ(config.isp.lr_decades, 0.25);
}

TEST(Load, TakesDottedKeysAboveTheFirstSection) {
  const TempDir dir;
  EXPECT_EQ(configure({write(dir, "a.ini", "data.dir = d\nisp.denoisers = 7\n")}).isp.denoisers, 7);
}

TEST(Load, IncludesRelativeToTheFileAndBelowItsOwnLines) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "tasks");
  write(dir, "base.ini", "[data]\ndir = d\n[isp]\ndenoisers = 1\nrate = 0.1\n");
  const auto task = write(dir, "tasks/task.ini", "include = ../base.ini\n[isp]\ndenoisers = 2\n");
  EXPECT_EQ(configure({task}).isp.denoisers, 2);
  EXPECT_EQ(configure({task}).isp.rate, 0.1);
}

TEST(Load, IncludesASharedBaseOnceSoThatItUndoesNothing) {
  const TempDir dir;
  write(dir, "base.ini",
        "include = task.ini\n[data]\ndir = d\n[isp]\ndenoisers = 1\n");  // a circle ends, too
  const auto task = write(dir, "task.ini", "include = base.ini\n[isp]\ndenoisers = 2\n");
  const auto method = write(dir, "method.ini", "include = base.ini\n[prune]\nmethod = lth\n");
  const auto config = configure({task, method});
  EXPECT_EQ(config.isp.denoisers, 2);
  EXPECT_EQ(config.prune.method, "lth");
}

TEST(Load, LetsStepsOnTheCommandLineReplaceTheEpochsOfAFile) {
  const TempDir dir;
  const auto file = write(dir, "a.ini", "[data]\ndir = d\n[train]\nepochs = 3\n");
  EXPECT_EQ(configure({file}, {"--train.steps=50"}).train.steps, 50);
  EXPECT_EQ(configure({file}, {"--train.epochs=4"}).train.epochs, 4);
}
