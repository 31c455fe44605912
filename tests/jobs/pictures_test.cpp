// SPDX-License-Identifier: Apache-2.0
// Runs on pictures that are files of their own, which the ranks of a node decode once.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/provenance.hpp"
#include "io/result_file.hpp"
#include "jobs/data_sets.hpp"
#include "jobs/own_copies.hpp"

using namespace stockpot;
using test::expect_exit;

namespace {

namespace fs = std::filesystem;

constexpr const char* kDecodedAlone = "decode pictures for themselves";

/// Settings of a run of seconds on the pictures in `dir`, into `run`.
std::string settings(const std::string& dir, const fs::path& run, const std::string& more = "") {
  return "--data.name=image_folder --data.validation_size=4 --data.dir=" + dir +
         " --device=cpu --dist.reduction=fixed --model.depth=1 --model.heads=2 --model.width=16 "
         "--model.mlp_width=16 --train.steps=4 --train.batch=4 --prune.sparsity=0.5 "
         "--isp.denoisers=2 --isp.look_ahead_steps=1 --isp.round_steps=1 --run-dir " +
         run.string() + " " + more;
}

/// Pictures of which each of two ranks has a copy of its own, not of the same bytes.
struct Copies {
  Copies() {
    for (const char* name : {"seen-by-0", "seen-by-1"}) test::write_image_folder(folder / name);
    test::write_text(folder / "seen-by-1/train/b/5.ppm", test::small_ppm(5 + 5, 6, 77));
    test::write_text(folder / "seen-by-1/test/b/1.ppm", test::small_ppm(5 + 1, 6, 77));
  }
  test::TempDir folder;
};

void expect_another_copy_refused(const test::Ended& ended, const std::string& file) {
  expect_exit(ended, 65, "stockpot: rank 1 on " + host_name() + ": ");
  expect_exit(ended, 65, "rank 0 on " + host_name());
  expect_exit(ended, 65, "data " + file + ": here ");
}

}  // namespace

TEST(Pictures, GiveTheSameBitsAndDigestsOnOneTwoAndThreeRanks) {
  const test::TempDir folder;
  test::write_image_folder(folder / "pictures");
  std::vector<std::string> weights;
  std::vector<io::RunResult> results;
  for (const int ranks : {0, 2, 3}) {
    const auto run = folder / std::to_string(ranks);
    const auto ended =
        test::stockpot("run " + settings((folder / "pictures").string(), run), ranks);
    ASSERT_EQ(ended.code, 0) << ended.text;
    EXPECT_EQ(ended.text.find(kDecodedAlone), std::string::npos) << ended.text;
    weights.push_back(test::read_text(run / "model.safetensors"));
    results.push_back(io::read_result(run / "result.h5"));
  }
  for (const std::size_t other : {1U, 2U}) {
    EXPECT_EQ(weights[other], weights[0]);
    EXPECT_EQ(results[other].test, results[0].test);
    EXPECT_EQ(results[other].inputs, results[0].inputs);
  }
  EXPECT_EQ(results[0].inputs.size(), 2U);  // train/ and test/
  EXPECT_EQ(results[0].data_sha256.size(), 64U);
}

TEST(Pictures, ArePredictedAlikeOnOneAndThreeRanks) {
  const test::TempDir folder;
  test::write_image_folder(folder / "pictures");
  const auto run = folder / "run";
  ASSERT_EQ(test::stockpot("run " + settings((folder / "pictures").string(), run)).code, 0);
  for (const char* split : {"train", "test"}) {
    std::vector<std::string> files;
    for (const int ranks : {0, 3}) {
      const auto out = (folder / (split + std::to_string(ranks) + ".h5")).string();
      const auto ended = test::stockpot(
          "predict " + run.string() + " --save-inputs --split " + split + " --out " + out, ranks);
      ASSERT_EQ(ended.code, 0) << ended.text;
      EXPECT_EQ(ended.text.find(kDecodedAlone), std::string::npos) << ended.text;
      files.push_back(test::read_text(out));
    }
    EXPECT_EQ(files[0], files[1]) << split;
  }
}

TEST(Pictures, OfAnotherContentOnOneRankAreRefusedByRunAndPredict) {
  const Copies copies;
  const auto words = settings(test::kOwnFolder, copies.folder / "run");
  expect_another_copy_refused(test::in_own_folders(copies.folder.path(), "run " + words), "train");
  EXPECT_FALSE(fs::exists(copies.folder / "run"));

  const auto out = copies.folder / "out.h5";
  auto of_predict = words.substr(0, words.find("--run-dir"));
  expect_another_copy_refused(
      test::in_own_folders(copies.folder.path(), "predict " + of_predict + "--out " + out.string()),
      "test");
  EXPECT_FALSE(fs::exists(out));
}

TEST(Pictures, OfEqualContentInTwoCopiesTrainOnEach) {
  const Copies copies;
  fs::remove_all(copies.folder / "seen-by-1");
  fs::copy(copies.folder / "seen-by-0", copies.folder / "seen-by-1", fs::copy_options::recursive);
  const auto ended = test::in_own_folders(
      copies.folder.path(), "run " + settings(test::kOwnFolder, copies.folder / "run"));
  EXPECT_EQ(ended.code, 0) << ended.text;
}

TEST(Pictures, ThatOneRankCannotFindOrReadEndAllByItsMessage) {
  Copies copies;
  const auto words = "run " + settings(test::kOwnFolder, copies.folder / "run");
  const auto picture = copies.folder / "seen-by-1/train/a/3.ppm";
  test::write_text(picture, "P6\n5 6\n255\nshort");
  const auto damaged = test::in_own_folders(copies.folder.path(), words);
  expect_exit(damaged, 65, "stockpot: rank 1 on " + host_name() + ": ");
  expect_exit(damaged, 65, "3.ppm: ");
  fs::remove(picture);
  fs::create_symlink("nowhere.ppm", picture);
  expect_exit(test::in_own_folders(copies.folder.path(), words), 65,
              "stockpot: rank 1 on " + host_name() + ": ");
}

TEST(Pictures, OfAKilledRunLeaveNoFileBehind) {
  const test::TempDir folder;
  test::write_image_folder(folder / "pictures");
  fs::create_directories(folder / "tmp");
  const auto said = (folder / "said").string();
  // the ranks are killed themselves, once they have begun to train: nobody cleans up after them
  const auto ended = test::shell(
      "TMPDIR=" + (folder / "tmp").string() +
      " timeout 60 " STOCKPOT_MPIEXEC " -np 2 sh -c 'echo pid $$; exec " STOCKPOT_PROGRAM " run " +
      settings((folder / "pictures").string(), folder / "run", "--train.steps=1000000") + "' > " +
      said + " 2>&1 & for i in $(seq 300); do grep -q ' steps of the main' " + said +
      " && break; sleep 0.1; done; for pid in $(sed -n 's/^pid //p' " + said +
      "); do grep -c memfd:stockpot /proc/$pid/maps; kill -9 $pid; done; wait");
  EXPECT_EQ(ended.text, "3\n3\n");  // training, validation and test pictures, on each rank
  for (const char* place : {"/dev/shm", "/tmp"})
    for (const auto& entry : fs::directory_iterator(place))
      EXPECT_EQ(entry.path().filename().string().find("memfd"), std::string::npos);
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file() && entry.path().extension() != ".ppm")
      left.push_back(entry.path().lexically_relative(folder.path()).string());
  std::erase_if(left, [](const auto& name) { return name.starts_with("run/") || name == "said"; });
  std::erase_if(left, [](const auto& name) { return name.starts_with("tmp/ompi"); });  // MPI's own
  EXPECT_TRUE(left.empty()) << left.front();
}
