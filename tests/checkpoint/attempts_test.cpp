// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/attempts.hpp"

#include <gtest/gtest.h>

#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using io::CheckpointStore;
namespace fs = std::filesystem;

TEST(Attempts, AreCountedOverLinesThatACrashCutOff) {
  const test::TempDir folder;
  const io::CheckpointStore store(folder.path());
  EXPECT_EQ(checkpoint::next_attempt(store), 1);
  checkpoint::note(
      store,
      {.number = 1, .started = "2026-01-31T08:09:10Z", .host = "node7", .ranks = 4, .from = ""});
  checkpoint::note(store, {.number = 2,
                           .started = "2026-01-31T09:09:10Z",
                           .host = "node\n8",
                           .ranks = 1,
                           .from = "step-00001200.1"});
  test::write_text(store.path() / "attempts.jsonl",
                   test::read_text(store.path() / "attempts.jsonl") + "{\"attempt\":3,\"sta");
  EXPECT_EQ(checkpoint::text_of(checkpoint::attempts_in(store)),
            "1: 2026-01-31T08:09:10Z on node7, 4 ranks, from the beginning\n"
            "2: 2026-01-31T09:09:10Z on node\\x0a8, 1 rank, from step-00001200.1");
  EXPECT_EQ(checkpoint::next_attempt(store), 3);
  checkpoint::note(
      store, {.number = 3, .started = "2026-01-31T10:09:10Z", .host = "a", .ranks = 1, .from = ""});
  EXPECT_EQ(checkpoint::next_attempt(store), 4) << "the cut line took the next one along";
  fs::create_directories(store.path_of("step-00001300.7"));
  test::write_text(store.path_of("step-00001300.7") / "manifest.json", "");
  EXPECT_EQ(checkpoint::next_attempt(store), 8);
}

TEST(Attempts, GotFurtherUnlessTheLastTwoLeftNoNewerCheckpoint) {
  const test::TempDir folder;
  const io::CheckpointStore store(folder.path());
  const auto begins = [&](std::int64_t number, const std::string& from) {
    checkpoint::note(store,
                     {.number = number, .started = "", .host = "a", .ranks = 1, .from = from});
  };
  const auto saves = [&](const std::string& name) {
    fs::create_directories(store.path_of(name));
    test::write_text(store.path_of(name) / "manifest.json", "");
  };
  EXPECT_TRUE(checkpoint::got_further(store)) << "nothing was tried yet";
  begins(1, "");
  EXPECT_FALSE(checkpoint::got_further(store)) << "the only one left nothing";
  saves("step-00000005.1");
  EXPECT_TRUE(checkpoint::got_further(store));
  begins(2, "step-00000005.1");
  EXPECT_TRUE(checkpoint::got_further(store)) << "of the last two the first did";
  begins(3, "step-00000005.1");
  EXPECT_FALSE(checkpoint::got_further(store));
  saves("step-00000005.3");
  EXPECT_FALSE(checkpoint::got_further(store)) << "a newer one of the same steps";
  saves("step-00000006.3");
  EXPECT_TRUE(checkpoint::got_further(store));
}
