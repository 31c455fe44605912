// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "core/error.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using io::Replacing;
namespace fs = std::filesystem;

namespace {

/// Put a folder with one file and one folder below it at `path`.
void put(const fs::path& path, const std::string& text, Replacing replacing = Replacing::at_once) {
  io::AtomicFolder folder(path, true);
  fs::create_directory(folder.path() / "below");
  test::write_text(folder.path() / "file", text);
  test::write_text(folder.path() / "below" / "file", text);
  folder.commit(replacing);
}

}  // namespace

TEST(AtomicFolder, IsThereAtEveryMomentWhileItIsReplaced) {
  test::TempDir dir;
  const auto path = dir / "export";
  put(path, "0");
  std::atomic<bool> stop{false};
  std::atomic<long> looks{0}, missing{0};
  std::thread reader([&] {
    struct stat found{};
    while (!stop) {
      ++looks;
      if (::stat(path.c_str(), &found) != 0) ++missing;
    }
  });
  for (int i = 1; i <= 200; ++i) put(path, std::to_string(i));
  while (looks < 1000) std::this_thread::yield();
  stop = true;
  reader.join();
  EXPECT_EQ(missing, 0) << "of " << looks;
  EXPECT_EQ(test::read_text(path / "below" / "file"), "200");
  EXPECT_EQ(test::files_in(dir.path()), 1U);
}

TEST(AtomicFolder, IsReplacedAlsoWhereTheFileSystemCannotExchangeNames) {
  test::TempDir dir;
  put(dir / "export", "old");
  put(dir / "export", "new", Replacing::in_turn);
  EXPECT_EQ(test::read_text(dir / "export" / "file"), "new");
  EXPECT_EQ(test::files_in(dir.path()), 1U);
}

TEST(AtomicFolder, TakesThePlaceOfAnEmptyFolderAndOfNone) {
  test::TempDir dir;
  fs::create_directory(dir / "empty");
  for (const char* name : {"empty", "none"}) {
    io::AtomicFolder folder(dir / name, false);
    test::write_text(folder.path() / "file", "text");
    folder.commit();
    EXPECT_EQ(test::read_text(dir / name / "file"), "text");
  }
  EXPECT_EQ(test::files_in(dir.path()), 2U);
}

TEST(AtomicFolder, LeavesTheOldOneWhereItIsNotCommitted) {
  test::TempDir dir;
  put(dir / "export", "old");
  EXPECT_THROW(io::AtomicFolder(dir / "export", false), UsageError);
  {
    io::AtomicFolder folder(dir / "export", true);
    test::write_text(folder.path() / "file", "new");
  }
  EXPECT_EQ(test::read_text(dir / "export" / "file"), "old");
  EXPECT_EQ(test::files_in(dir.path()), 1U);
}
