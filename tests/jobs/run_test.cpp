// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <cmath>

#include "io/folder_lease.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::Ended;
using test::expect_exit;
using test::Images;

namespace {

void expect_equal_content(const io::RunResult& a, const io::RunResult& b) {
  EXPECT_EQ(a.run_id, b.run_id);
  EXPECT_EQ(a.config_json, b.config_json);
  EXPECT_EQ(a.test, b.test);
  EXPECT_EQ(a.validation, b.validation);
  EXPECT_EQ(a.extra_metrics, b.extra_metrics);
  EXPECT_EQ(a.kept, b.kept);
  ASSERT_EQ(a.masks.size(), b.masks.size());
  for (std::size_t i = 0; i < a.masks.size(); ++i)
    EXPECT_EQ(a.masks[i].bits, b.masks[i].bits) << a.masks[i].name;
  ASSERT_EQ(a.train.size(), b.train.size());
  for (std::size_t i = 0; i < a.train.size(); ++i)
    EXPECT_EQ(a.train[i].loss, b.train[i].loss) << "step " << a.train[i].step;
  ASSERT_EQ(a.rounds.size(), b.rounds.size());
  for (std::size_t i = 0; i < a.rounds.size(); ++i)
    EXPECT_EQ(a.rounds[i].kept_union, b.rounds[i].kept_union);
}

bool names_a_temporary(const std::filesystem::path& folder) {
  return std::ranges::any_of(std::filesystem::recursive_directory_iterator(folder),
                             [](const auto& entry) { return entry.path().extension() == ".tmp"; });
}

}  // namespace

TEST(Run, GivesEqualResultsOnOneTwoAndFourRanksAndIsThenComplete) {
  const Images images;
  std::vector<io::RunResult> results;
  std::vector<std::string> weights;
  for (const int ranks : {0, 2, 4}) {
    const auto run = "on-" + std::to_string(ranks);
    const auto ended = test::stockpot("run " + images.settings(run), ranks);
    ASSERT_EQ(ended.code, 0) << ended.text;
    results.push_back(io::read_result(images.folder / run / "result.h5"));
    weights.push_back(test::read_text(images.folder / run / "model.safetensors"));
  }
  EXPECT_EQ(results[0].kept, results[0].prunable / 2);
  for (const std::size_t other : {1U, 2U}) {
    expect_equal_content(results[0], results[other]);
    EXPECT_EQ(weights[0], weights[other]);
  }

  const auto before = test::read_text(images.folder / "on-2" / "result.h5");
  expect_exit(test::stockpot("run " + images.settings("on-2")), 0, "already complete");
  EXPECT_EQ(test::read_text(images.folder / "on-2" / "result.h5"), before);
  expect_exit(test::stockpot("run " + images.settings("on-2", "--seed=1")), 78, "other settings");
}

TEST(Run, RepeatedHasEqualContent) {
  const Images images;
  for (const std::string run : {"first", "second"})
    ASSERT_EQ(test::stockpot("run " + images.settings(run)).code, 0);
  expect_equal_content(io::read_result(images.folder / "first" / "result.h5"),
                       io::read_result(images.folder / "second" / "result.h5"));
}

TEST(Run, PrintedSettingsFeedBackToTheSameRun) {
  const Images images;
  const auto printed = test::stockpot("run " + images.settings("a", "--print-config"));
  ASSERT_EQ(printed.code, 0) << printed.text;
  test::write_text(images.folder / "printed.ini", printed.text);
  const auto again =
      test::stockpot("run " + (images.folder / "printed.ini").string() + " --print-config");
  EXPECT_EQ(again.text, printed.text);
}

TEST(Run, ChecksEverythingAtOnce) {
  const Images images;
  const auto no_data = (images.folder / "nowhere").string();
  test::write_text(images.folder / "file", "");
  const auto ended = test::stockpot("run --check --data.name=mnist --data.dir=" + no_data +
                                    " --run-dir " + (images.folder / "file" / "run").string());
  EXPECT_EQ(ended.code, 65) << ended.text;
  EXPECT_NE(ended.text.find("nowhere"), std::string::npos) << ended.text;
  EXPECT_NE(ended.text.find("cannot make run folder"), std::string::npos) << ended.text;
  expect_exit(test::stockpot("run --check " + images.settings("run")), 0, "no problem found");
  EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
}

TEST(Run, EndsWithTheExitCodeOfItsProblem) {
  const Images images;
  expect_exit(test::stockpot("run"), 64, "usage: ");
  expect_exit(test::stockpot("run --force"), 64, "CONFIG");
  expect_exit(test::stockpot("run --prune.sparsity=70"), 78, "0.7");
  expect_exit(test::stockpot("run --prune.sparsty=0.7"), 78, "prune.sparsity");
  expect_exit(
      test::stockpot("run --data.name=mnist --data.dir=" + (images.folder / "nowhere").string() +
                         " --run-dir " + (images.folder / "a").string(),
                     2),
      65, "nowhere");
  expect_exit(test::stockpot("walk"), 64, "subcommand");
  test::write_text(images.folder / "big.ini", "[train]\nbatch = 100000\n");
  const auto data =
      " --data.name=mnist --data.official=no --data.dir=" + images.folder.path().string() +
      " --train.steps=2 --run-dir ";
  expect_exit(test::stockpot("run " + (images.folder / "big.ini").string() + data +
                             (images.folder / "a").string()),
              78, "larger than the training set");
  test::write_text(images.folder / "file", "");
  expect_exit(test::stockpot("run" + data + (images.folder / "file" / "run").string()), 74,
              "run folder");
}

TEST(Run, RefusesDamagedImagesAndWeightsThatAreNoNumbers) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("good")).code, 0);
  const io::SafetensorsReader reader(images.folder / "good" / "model.safetensors");
  std::vector<io::TensorToWrite> tensors;
  const std::string nan("\0\0\xc0\x7f", 4);
  std::string broken;
  for (const auto& tensor : reader.tensors()) {
    tensors.push_back({tensor.name, tensor.dtype, tensor.shape, reader.bytes(tensor)});
    if (!broken.empty()) continue;
    for (std::int64_t i = 0; i < tensor.size(); ++i) broken += nan;
    tensors.back().bytes = test::as_bytes(broken);
  }
  io::write_safetensors(images.folder / "nan.safetensors", tensors);
  expect_exit(test::stockpot(
                  "run " + images.settings("a", "--model.weights=" +
                                                    (images.folder / "nan.safetensors").string()),
                  2),
              65, reader.tensors()[0].name);

  std::filesystem::resize_file(images.folder / "train-images-idx3-ubyte", 1000);
  expect_exit(test::stockpot("run " + images.settings("b")), 65, "train-images");
}

TEST(Run, LeavesTheFolderOfAnotherProcessAlone) {
  const Images images;
  std::filesystem::create_directories(images.folder / "run");
  const io::FolderLease lease(images.folder / "run");
  expect_exit(test::stockpot("run " + images.settings("run")), 73, "another process");
  EXPECT_EQ(test::files_in(images.folder / "run"), 1U);  // owner.json
}

TEST(Run, ThatDoesNotFitOnTheDiskIsRefusedBeforeItBeginsAndByTheCheck) {
  const Images images;
  const auto disk = images.folder / "disk";
  std::filesystem::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  const auto ended = test::stockpot("run " + images.settings("disk/run", "", 64), 2);
  expect_exit(ended, 74, "has no room");
  EXPECT_FALSE(std::filesystem::exists(disk / "run" / "metrics.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(disk / "run" / "model.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(disk / "run" / "result.h5"));
  EXPECT_FALSE(names_a_temporary(disk));
  expect_exit(test::stockpot("run --check " + images.settings("disk/run", "", 64)), 74,
              "has no room");
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

TEST(Run, ByForceKeepsTheEarlierResultUntilTheNewOneIsWhole) {
  const Images images;
  const auto folder = images.folder / "run";
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  const auto result = test::read_text(folder / "result.h5"),
             weights = test::read_text(folder / "model.safetensors"),
             metrics = test::read_text(folder / "metrics.jsonl"),
             settings = test::read_text(folder / "config.ini");
  const auto stays = [&] {
    EXPECT_EQ(test::read_text(folder / "result.h5"), result);
    EXPECT_EQ(test::read_text(folder / "model.safetensors"), weights);
    EXPECT_EQ(test::read_text(folder / "metrics.jsonl"), metrics);
    EXPECT_EQ(test::read_text(folder / "config.ini"), settings);
  };
  // at a learning rate like this the loss is infinite after a few steps
  expect_exit(
      test::stockpot("run --force " + images.settings("run", "--seed=1 --train.lr=1e30"), 2), 77,
      "the earlier result stays");
  stays();
  expect_exit(test::stockpot("run " + images.settings("run")), 0, "already complete");
  stays();
  expect_exit(test::stockpot("run --force " + images.settings("run", "--seed=1")), 0,
              "running again");
  EXPECT_EQ(io::read_result(folder / "result.h5").seed, 1U);
  EXPECT_NE(test::read_text(folder / "config.ini"), settings);
  EXPECT_FALSE(std::filesystem::exists(folder / "metrics.jsonl.next"));
  EXPECT_FALSE(std::filesystem::exists(folder / "config.ini.next"));
}

TEST(Run, ThatFailsAfterItBeganLeavesAResultThatSaysWhy) {
  const Images images;
  const auto path = images.folder / "run" / "result.h5";
  expect_exit(test::stockpot("run " + images.settings("run", "--train.lr=1e30"), 2), 77,
              "not finite");
  const auto failed = io::read_result(path);
  EXPECT_EQ(failed.status, "failed");
  EXPECT_NE(failed.failure.find("not finite"), std::string::npos) << failed.failure;
  EXPECT_TRUE(std::isnan(failed.test));
  EXPECT_FALSE(failed.train.empty());
  EXPECT_FALSE(std::filesystem::exists(images.folder / "run" / "model.safetensors"));
  expect_exit(test::stockpot("inspect " + path.string()), 0, "status failed");
  // it is no obstacle to other settings
  expect_exit(test::stockpot("run " + images.settings("run")), 0, "a failed run starts over");
  EXPECT_EQ(io::read_result(path).status, "complete");
}
