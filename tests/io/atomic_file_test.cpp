// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using test::message_of;
namespace fs = std::filesystem;

namespace {

/// While it lives, no file may grow beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit lower{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &lower);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

fs::path temporary_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".tmp") return entry.path();
  }
  return {};
}

}  // namespace

TEST(AtomicFile, WritesPartsOneBehindTheOther) {
  test::TempDir folder;
  io::AtomicFile file(folder / "a", 0);
  file.append(test::as_bytes("one "));
  file.append({});
  file.append(test::as_bytes("two"));
  file.commit();
  EXPECT_EQ(test::read_text(folder / "a"), "one two");
  EXPECT_EQ(test::files_in(folder.path()), 1u);
}

TEST(AtomicFile, ReservedSpaceDoesNotShowInTheSize) {
  test::TempDir folder;
  io::AtomicFile file(folder / "a", 1 << 20);
  file.append(test::as_bytes("short"));
  file.commit();
  EXPECT_EQ(fs::file_size(folder / "a"), 5u);
}

TEST(AtomicFile, ShowsTheOldFileUntilItIsCommitted) {
  test::TempDir folder;
  io::write_atomically(folder / "a", "old");
  io::AtomicFile file(folder / "a", 3);
  file.append(test::as_bytes("new"));
  EXPECT_EQ(test::read_text(folder / "a"), "old");
  file.commit();
  EXPECT_EQ(test::read_text(folder / "a"), "new");
}

TEST(AtomicFile, LeavesTheOldFileAndNoTemporaryOneWithoutCommit) {
  test::TempDir folder;
  io::write_atomically(folder / "a", "old");
  {
    io::AtomicFile file(folder / "a", 3);
    file.append(test::as_bytes("new"));
    EXPECT_EQ(test::files_in(folder.path()), 2u);
  }
  EXPECT_EQ(test::read_text(folder / "a"), "old");
  EXPECT_EQ(test::files_in(folder.path()), 1u);
}

TEST(AtomicFile, FindsBytesThatWereLostBetweenWriteAndReadBack) {
  test::TempDir folder;
  io::write_atomically(folder / "a", "old");
  std::string message;
  {
    io::AtomicFile file(folder / "a", 7);
    file.append(test::as_bytes("correct"));
    test::write_text(temporary_in(folder.path()), "corrupt");
    message = message_of<IoError>([&] { file.commit(); });
  }
  EXPECT_NE(message.find("read back differs"), std::string::npos) << message;
  EXPECT_EQ(test::read_text(folder / "a"), "old");
  EXPECT_EQ(test::files_in(folder.path()), 1u);
}

TEST(AtomicFile, NamesPathReasonAndBytesWhereTheFileMayNotGrow) {
  test::TempDir folder;
  io::write_atomically(folder / "a", "old");
  std::string message;
  {
    const FileSizeLimit limit(4096);
    message =
        message_of<IoError>([&] { io::write_atomically(folder / "a", std::string(100'000, 'x')); });
  }
  EXPECT_NE(message.find((folder / "a").string()), std::string::npos) << message;
  EXPECT_NE(message.find("File too large, 100000 bytes needed"), std::string::npos) << message;
  EXPECT_EQ(test::read_text(folder / "a"), "old");
  EXPECT_EQ(test::files_in(folder.path()), 1u);
}

TEST(AtomicFile, FindsAFullDiskBeforeTheWork) {
  test::TempDir folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "may not mount a small tmpfs: " << io::errno_text();
  const std::string message = message_of<IoError>([&] { io::AtomicFile(folder / "a", 1 << 20); });
  const std::string unannounced = message_of<IoError>([&] {
    io::AtomicFile file(folder / "a", 0);
    file.append(test::as_bytes(std::string(1 << 20, 'x')));
  });
  const std::size_t left = test::files_in(folder.path());
  ::umount(folder.path().c_str());
  EXPECT_NE(message.find("reserve space for"), std::string::npos) << message;
  EXPECT_NE(message.find("No space left on device, 1048576 bytes needed"), std::string::npos)
      << message;
  EXPECT_NE(unannounced.find("No space left on device, 1048576 bytes needed"), std::string::npos)
      << unannounced;
  EXPECT_EQ(left, 0u);
}

TEST(AtomicFile, RefusesAMissingFolder) {
  test::TempDir folder;
  const std::string message =
      message_of<IoError>([&] { io::write_atomically(folder / "none" / "a", "x"); });
  EXPECT_NE(message.find("No such file or directory"), std::string::npos) << message;
}

TEST(AtomicFile, RefusesAFolderThatMayNotBeWritten) {
  test::TempDir folder;
  fs::permissions(folder.path(), static_cast<fs::perms>(0555));
  const bool root = ::geteuid() == 0;  // root may write everywhere: be nobody for a moment
  ASSERT_EQ(::seteuid(root ? 65534 : ::geteuid()), 0);
  const std::string message = message_of<IoError>([&] { io::write_atomically(folder / "a", "x"); });
  ASSERT_EQ(::seteuid(root ? 0 : ::geteuid()), 0);
  EXPECT_NE(message.find("Permission denied"), std::string::npos) << message;
}

TEST(AtomicFile, DoesNotReplaceAFolder) {
  test::TempDir folder;
  fs::create_directory(folder / "a");
  EXPECT_NE(message_of<IoError>([&] { io::write_atomically(folder / "a", "x"); }).find("rename"),
            std::string::npos);
  EXPECT_EQ(test::files_in(folder.path()), 1u);
}

TEST(AtomicFile, ReplacesASymbolicLinkAndNotWhatItPointsTo) {
  test::TempDir folder;
  test::write_text(folder / "precious", "precious");
  fs::create_symlink(folder / "precious", folder / "a");
  io::write_atomically(folder / "a", "new");
  EXPECT_EQ(test::read_text(folder / "precious"), "precious");
  EXPECT_FALSE(fs::is_symlink(folder / "a"));
  EXPECT_EQ(test::read_text(folder / "a"), "new");
}

TEST(AtomicFile, IsWholeOrOldWheneverTheProcessIsKilled) {
  test::TempDir folder;
  const std::string old_text(200'000, 'o'), new_text(300'000, 'n');
  for (int trial = 0; trial < 20; ++trial) {
    io::write_atomically(folder / "a", old_text);
    const pid_t child = ::fork();
    if (child == 0) {
      while (true) {
        io::write_atomically(folder / "a", new_text);
        io::write_atomically(folder / "a", old_text);
      }
    }
    ::usleep(static_cast<useconds_t>(500 + 700 * trial));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string found = test::read_text(folder / "a");
    EXPECT_TRUE(found == old_text || found == new_text)
        << "trial " << trial << ": " << found.size() << " bytes";
  }
}
