// SPDX-License-Identifier: Apache-2.0
// The final weights on CIFAR-10-C: rows and means, by `run` and by `predict`.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/result_file.hpp"
#include "jobs/data_sets.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;

namespace {

/// 20 test images, and the same ones corrupted in 19 or fewer ways.
struct Corrupted {
  explicit Corrupted(std::size_t corruptions) {
    test::write_cifar10(folder.path(), 20);
    test::write_corruptions(folder / "c", corruptions, 20);
  }

  std::string settings(const std::string& run, const std::string& more = "") const {
    return "--data.name=cifar10 --data.official=no --data.dir=" + folder.path().string() +
           " --data.corruptions=" + (folder / "c").string() +
           " --device=cpu --dist.reduction=fixed --model.depth=1 --model.heads=2 --model.width=16 "
           "--model.mlp_width=16 --train.steps=12 --train.batch=20 --train.lr=0.01 "
           "--prune.method=one_shot --prune.sparsity=0.5 --run-dir " +
           (folder / run).string() + " " + more;
  }

  io::RunResult result(const std::string& run) const {
    return io::read_result(folder / run / "result.h5");
  }

  test::TempDir folder;
};

/// Mean over the first `count` rows.
double mean_of(const io::RunResult& result, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += result.corruptions.at(i).metric;
  return sum / static_cast<double>(count);
}

}  // namespace

TEST(Corruptions, AreRowsAndMeansOfTheResultEqualForEveryNumberOfRanks) {
  const Corrupted data(19);
  for (const auto& [run, ranks] : {std::pair("alone", 0), std::pair("two", 2)})
    expect_exit(test::stockpot("run " + data.settings(run), ranks), 0,
                "; corrupted_accuracy_15 0.");
  const auto result = data.result("alone");
  ASSERT_EQ(result.corruptions.size(), 95U);
  EXPECT_EQ(result.corruptions[0].corruption, "gaussian_noise");
  EXPECT_EQ(result.corruptions[9].corruption, "shot_noise");
  EXPECT_EQ(result.corruptions[9].severity, 5);
  EXPECT_EQ(result.corruptions[94].corruption, "saturate");
  // severity 1 of our files is the test set itself
  EXPECT_EQ(result.corruptions[0].metric, result.test);
  EXPECT_EQ(result.corruptions[0].samples, result.n_test);
  EXPECT_NE(result.corruptions[0].loss, result.corruptions[4].loss);
  EXPECT_DOUBLE_EQ(result.extra_metrics.at("corrupted_accuracy_15"), mean_of(result, 75));
  EXPECT_DOUBLE_EQ(result.extra_metrics.at("corrupted_accuracy_19"), mean_of(result, 95));
  const auto two = data.result("two");
  ASSERT_EQ(two.corruptions.size(), 95U);
  for (std::size_t i = 0; i < 95; ++i) {
    EXPECT_EQ(two.corruptions[i].metric, result.corruptions[i].metric);
    EXPECT_EQ(two.corruptions[i].loss, result.corruptions[i].loss);
  }
}

TEST(Corruptions, OfTheBenchmarkAloneHaveOneMeanAndFollowTheTestSize) {
  const Corrupted data(15);
  ASSERT_EQ(test::stockpot("run " + data.settings("run", "--data.test_size=7")).code, 0);
  const auto result = data.result("run");
  ASSERT_EQ(result.corruptions.size(), 75U);
  EXPECT_EQ(result.corruptions[0].samples, 7);
  EXPECT_EQ(result.corruptions[0].metric, result.test);  // of the same seven
  EXPECT_EQ(result.extra_metrics.count("corrupted_accuracy_19"), 0U);
}

TEST(Corruptions, ArePredictedByTheWeightsOfARun) {
  const Corrupted data(15);
  ASSERT_EQ(test::stockpot("run " + data.settings("run")).code, 0);
  const auto mean = fmt::format("corrupted_accuracy_15 {:.4f}",
                                data.result("run").extra_metrics.at("corrupted_accuracy_15"));
  const auto run = (data.folder / "run").string(), out = (data.folder / "p.h5").string();
  const auto ended = test::stockpot("predict " + run + " --out " + out, 2);
  expect_exit(ended, 0, mean);
  EXPECT_NE(ended.text.find("jpeg_compression   severity 5: accuracy "), std::string::npos)
      << ended.text;
  const auto other = test::stockpot("predict " + run + " --split train --out " + out);
  EXPECT_EQ(other.code, 0) << other.text;
  EXPECT_EQ(other.text.find("severity"), std::string::npos) << other.text;
}

TEST(Corruptions, ThatAreNotAllThereAreRefusedBeforeTraining) {
  const Corrupted data(15);
  std::filesystem::remove(data.folder / "c/fog.npy");
  std::filesystem::remove(data.folder / "c/snow.npy");
  expect_exit(test::stockpot("run " + data.settings("run"), 2), 65, "no snow.npy, fog.npy");
  EXPECT_FALSE(std::filesystem::exists(data.folder / "run"));
}

TEST(Corruptions, AreNoPartOfAResultWithoutThem) {
  const Corrupted data(15);
  ASSERT_EQ(test::stockpot("run " + data.settings("run", "--data.corruptions=")).code, 0);
  EXPECT_TRUE(data.result("run").corruptions.empty());
  const hid_t file = H5Fopen((data.folder / "run/result.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  EXPECT_GT(H5Lexists(file, "soup", H5P_DEFAULT), 0);
  EXPECT_EQ(H5Lexists(file, "corruptions", H5P_DEFAULT), 0);
  H5Fclose(file);
}
