// SPDX-License-Identifier: Apache-2.0
// A save of a checkpoint, and the power goes after any of its system calls: what was written and
// not flushed may be on the disk or not. What is found then must be the checkpoint before it or the
// new one, whole; and the new one from the moment on at which the save says that it is there.
#include <gtest/gtest.h>

#include <random>

#include "faults/disk_model.hpp"
#include "faults/saved_run.hpp"
#include "support/trials.hpp"

using namespace stockpot;
using test::DiskModel;
using test::kBefore;
using test::kNew;

namespace {

/// Every call that changes files or flushes them, and the mark; `?`: some machines have no such
/// call.
constexpr const char* kTraced =
    "-xx -y -s 200000 -e trace=openat,?open,?creat,write,pwrite64,writev,pwritev,fsync,fdatasync,"
    "fallocate,ftruncate,truncate,?rename,renameat,renameat2,?link,linkat,?symlink,symlinkat,"
    "?mkdir,mkdirat,?unlink,unlinkat,?rmdir,?stat,newfstatat";

/// The disk as the save of a checkpoint may leave it.
struct SavedDisk {
  SavedDisk() : model(saved.folder.path()) {
    EXPECT_EQ(saved.save(kTraced), 0);
    model.take(test::read_text(saved.folder / "log"), "/stockpot-the-save-begins");
    committed_after = model.flushed_after("checkpoints/" + kNew + "/manifest.json");
  }
  test::Saved saved;
  DiskModel model;
  std::size_t committed_after = 0;  ///< calls after which the new checkpoint may not vanish
};

/// Which of the names that are not flushed are there: none, all, or any.
std::vector<std::vector<bool>> choices(std::size_t names, int random_ones, std::mt19937& random) {
  std::vector<std::vector<bool>> all{std::vector<bool>(names, false),
                                     std::vector<bool>(names, true)};
  if (names == 0) all.pop_back();
  // in the order in which they were made, as a journal has them
  for (std::size_t made = 1; made < names; ++made) {
    all.emplace_back(names, false);
    std::fill_n(all.back().begin(), made, true);
  }
  for (int i = 0; names > 1 && i < random_ones; ++i) {
    all.emplace_back(names, false);
    for (std::size_t name = 0; name < names; ++name) all.back()[name] = random() % 2 == 0;
  }
  return all;
}

void expect_found(const SavedDisk& disk, std::size_t calls, const std::vector<bool>& names,
                  DiskModel::Unflushed data) {
  const auto what = fmt::format("after {} of {} calls, data {}, names {}", calls,
                                disk.model.calls(), static_cast<int>(data), fmt::join(names, ""));
  const test::TempDir folder;
  disk.model.restore(calls, names, data, folder.path());
  const io::CheckpointStore store(folder.path());
  std::string newest;
  for (const auto& name : store.names())
    if (newest.empty() && test::is_good(store, name)) newest = name;
  if (calls >= disk.committed_after)
    EXPECT_EQ(newest, kNew) << what;
  else
    EXPECT_TRUE(newest == kBefore || newest == kNew) << what << ": '" << newest << "'";
  // and a start clears up without harm
  store.remove_unfinished();
  EXPECT_TRUE(test::is_good(store, newest)) << what;
}

}  // namespace

TEST(PowerLoss, AfterAnyCallOfASaveLeavesTheOneBeforeOrTheNewOne) {
  if (!test::can_trace()) GTEST_SKIP() << "strace is not there, or may not trace";
  const SavedDisk disk;
  ASSERT_GT(disk.model.calls(), 20U);
  ASSERT_LT(disk.committed_after, disk.model.calls()) << "older ones go after the commit";
  const auto seed = test::trial_seed();
  std::mt19937 random(seed);
  test::TrialCount count("G3", "the power goes in a save: prefixes, names and data kept or lost",
                         seed);
  for (std::size_t calls = 0; calls <= disk.model.calls(); ++calls)
    for (const auto& names :
         choices(disk.model.open_names(calls), test::is_nightly() ? 100 : 2, random))
      for (const auto data :
           {DiskModel::Unflushed::nothing, DiskModel::Unflushed::half, DiskModel::Unflushed::all}) {
        const test::Expectations expectations;
        expect_found(disk, calls, names, data);
        count.add(expectations.hold());
      }
}

TEST(PowerLoss, IsNoticedByTheModelWhereAFlushIsMissing) {
  if (!test::can_trace()) GTEST_SKIP() << "strace is not there, or may not trace";
  SavedDisk disk;
  auto& model = disk.model;
  model.forget_flushes_of("/.manifest.json.");
  const test::TempDir folder;
  const auto calls = model.flushed_after("checkpoints/" + kNew + "/manifest.json");
  model.restore(calls, std::vector<bool>(model.open_names(calls), true),
                DiskModel::Unflushed::nothing, folder.path());
  const io::CheckpointStore store(folder.path());
  EXPECT_EQ(store.names().front(), kNew);
  EXPECT_FALSE(test::is_good(store, kNew)) << "its manifest is empty";
}
