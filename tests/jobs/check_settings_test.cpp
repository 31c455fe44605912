// SPDX-License-Identifier: Apache-2.0
// `run --check` finds settings, plans and devices that `run` would refuse, and names all problems.
#include <gtest/gtest.h>

#include "config/bad_configs.hpp"
#include "jobs/check.hpp"

using namespace stockpot;
using test::complaint;
using test::expect_foreseen;
using test::Images;
using test::settings;
using test::write_text;

namespace {

namespace fs = std::filesystem;

bool sees_a_gpu() { return test::shell("nvidia-smi -L").code == 0; }

}  // namespace

TEST(Check, SaysOfEveryBadConfigurationWhatTheRunSays) {
  const test::TempDir folder;
  const auto there = "cd " + folder.path().string() + " && ";
  int number = 0;
  for (const auto& [ini, words, message] : test::bad_configs()) {
    write_text(folder / "a.ini", ini);
    std::string line = "a.ini --data.dir=d";
    for (const auto& word : words) line += " '" + word + "'";
    const auto check = test::shell(there + STOCKPOT_PROGRAM " run --check " + line);
    EXPECT_EQ(check.code, 78) << line << "\n" << check.text;
    EXPECT_EQ(complaint(check), "stockpot: " + std::string(message) + "\n") << line;
    if (number++ % 8 == 0) expect_foreseen(line, there);  // config_test compares them all
  }
}

TEST(Check, FindsDevicesAndBackEndsThatAreNotThere) {
  if (sees_a_gpu()) GTEST_SKIP() << "needs a machine without a GPU";
  const Images images;
  expect_foreseen(settings("mnist", images.folder.path(), "--device=cuda"));
  expect_foreseen(settings("mnist", images.folder.path(), "--device=auto --dist.backend=nccl"));
}

TEST(Check, NamesEveryProblemInTheOrderOfARunAndLeavesNoTrace) {
  const Images images;
  write_text(images.folder / "file", "");
  fs::remove(images.folder / "train-images-idx3-ubyte");
  fs::resize_file(images.folder / "t10k-images-idx3-ubyte", 1000);
  const auto before = test::files_in(images.folder.path());
  const auto ended = test::stockpot(
      "run --check " + settings("mnist", images.folder.path(),
                                "--model.patch=5 --train.batch=70000 --model.weights=absent "
                                "--device=auto --dist.backend=nccl --run-dir " +
                                    (images.folder / "file/run").string()));
  EXPECT_EQ(ended.code, 65) << ended.text;
  std::size_t at = 0;
  for (const char* problem :
       {"train-images", "t10k-images", "model.patch 5", "train.batch 70000", "cannot read absent",
        "cannot make run folder", sees_a_gpu() ? "" : "dist.backend = nccl", "not read: "}) {
    at = ended.text.find(problem, at);
    ASSERT_NE(at, std::string::npos) << problem << "\n" << ended.text;
  }
  EXPECT_EQ(test::files_in(images.folder.path()), before);
}
