// SPDX-License-Identifier: Apache-2.0
#include "io/line_file.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "core/error.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;

TEST(LineFile, GrowsByLinesAcrossOpenings) {
  test::TempDir folder;
  io::LineFile(folder / "metrics.jsonl").append("{\"step\": 1}");
  io::LineFile(folder / "metrics.jsonl").append("{\"step\": 2}");
  EXPECT_EQ(test::read_text(folder / "metrics.jsonl"), "{\"step\": 1}\n{\"step\": 2}\n");
}

TEST(LineFile, LeavesNoHalfLineOnAFullDisk) {
  test::TempDir folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "may not mount a small tmpfs: " << io::errno_text();
  std::string message, text;
  {
    io::LineFile file(folder / "metrics.jsonl");
    const std::string line(5000, 'x');
    message = test::message_of<IoError>([&] {
      for (int i = 0; i < 100; ++i) file.append(line);
    });
    text = test::read_text(folder / "metrics.jsonl");
  }
  ::umount(folder.path().c_str());
  EXPECT_NE(message.find("metrics.jsonl (No space left on device)"), std::string::npos) << message;
  EXPECT_GT(text.size(), 50'000u);
  EXPECT_EQ(text.size() % 5001, 0u);
}

TEST(LineFile, RefusesASymbolicLink) {
  test::TempDir folder;
  std::filesystem::create_symlink(folder / "elsewhere", folder / "metrics.jsonl");
  EXPECT_THROW(io::LineFile(folder / "metrics.jsonl"), IoError);
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}
