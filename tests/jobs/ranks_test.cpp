// SPDX-License-Identifier: Apache-2.0
// What the program says on several ranks, one of which may see other files.
#include <gtest/gtest.h>

#include "core/provenance.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::Ended;
using test::Images;

namespace {

constexpr const char* kRank = "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}";

/// Run `stockpot <words>` on two ranks; before it, each does `first`, in a shell.
Ended on_two_ranks(const std::string& first, const std::string& words) {
  return test::shell("timeout 60 " STOCKPOT_MPIEXEC " -np 2 sh -c '" + first + "; exec " +
                     STOCKPOT_PROGRAM " " + words + "'");
}

/// The lines by which the program itself says what is wrong.
int complaints(const std::string& text) {
  int lines = 0;
  for (auto at = text.find("stockpot: "); at != std::string::npos;
       at = text.find("stockpot: ", at + 1))
    ++lines;
  return lines;
}

void expect_one_complaint(const Ended& ended, int code, const std::string& says) {
  EXPECT_EQ(ended.code, code) << ended.text;
  EXPECT_EQ(complaints(ended.text), 1) << ended.text;
  EXPECT_NE(ended.text.find(says), std::string::npos) << ended.text;
  EXPECT_EQ(ended.text.find("MPI_ABORT"), std::string::npos) << ended.text;
}

bool sees_a_gpu() { return test::shell("nvidia-smi -L").code == 0; }

}  // namespace

TEST(Ranks, ADeviceOrBackEndThatIsNotThereIsRefusedOnce) {
  if (sees_a_gpu()) GTEST_SKIP() << "needs a machine without a GPU";
  const Images images;
  const auto settings_on = [&](const std::string& device) {
    auto settings = images.settings("run");
    settings.replace(settings.find("--device=cpu"), 12, "--device=" + device);
    return "run " + settings;
  };
  expect_one_complaint(test::stockpot(settings_on("cuda"), 2), 78, "device = cuda");
  expect_one_complaint(test::stockpot(settings_on("auto") + "--dist.backend=nccl", 2), 78,
                       "dist.backend = nccl");
}

TEST(Ranks, DataThatOneRankCannotReadEndAllByItsMessage) {
  const Images images;
  const auto path = images.folder.path().string();
  std::filesystem::create_directories(images.folder / "seen-by-1");
  std::filesystem::create_directory_symlink(path, images.folder / "seen-by-0");
  auto settings = images.settings("run");  // one setting, which leads each rank to another folder
  const auto dir = "--data.dir=" + path;
  settings.replace(settings.find(dir), dir.size(), "--data.dir=/proc/self/cwd/.");
  expect_one_complaint(on_two_ranks("cd " + path + "/seen-by-" + kRank, "run " + settings), 65,
                       "stockpot: rank 1 on " + host_name() + ": ");
}

TEST(Ranks, AConfigurationThatOneRankCannotReadEndsAllByItsMessage) {
  const Images images;
  const auto path = images.folder.path().string();
  test::write_text(images.folder / "seen-by-0.ini", "seed = 1\n");
  const auto ended =
      on_two_ranks("true", "run " + path + "/seen-by-" + kRank + ".ini " + images.settings("run"));
  EXPECT_NE(ended.code, 0) << ended.text;
  EXPECT_EQ(complaints(ended.text), 1) << ended.text;
  EXPECT_NE(ended.text.find("stockpot: rank 1 on " + host_name() + ": "), std::string::npos)
      << ended.text;
  EXPECT_NE(ended.text.find("seen-by-1.ini"), std::string::npos) << ended.text;
}
