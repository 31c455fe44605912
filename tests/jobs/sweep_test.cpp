// SPDX-License-Identifier: Apache-2.0
// stockpot sweep as its users type it, on real small runs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/content.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

namespace {

namespace fs = std::filesystem;

/// A grid of small runs on images that the test makes.
class Sweep : public ::testing::Test {
 protected:
  Sweep() {
    test::write_text(base_, test::stockpot("run --print-config " + images_.settings("x")).text);
  }

  test::Ended plan(const std::string& grid) const {
    return test::stockpot("sweep plan " + base_.string() + " --out " + out_.string() + " " + grid);
  }
  test::Ended run() const { return test::stockpot("sweep run " + out_.string()); }
  test::Ended status() const { return test::stockpot("sweep status --all " + out_.string()); }
  /// Folders of the runs, in the order of their names.
  std::vector<fs::path> runs() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(out_ / "runs")) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }

  Images images_;
  fs::path base_ = images_.folder / "base.ini", out_ = images_.folder / "sweep";
};

}  // namespace

TEST_F(Sweep, IsPlannedDoneAndDoneOnce) {
  expect_exit(plan("--prune.sparsity=0.3,0.6 --seed=1:2"), 0, "points 4\n");
  expect_exit(status(), 0, "4 points");
  expect_exit(status(), 0, "]  4 pending");
  const auto done = run();
  expect_exit(done, 0, "4 of 4 points are complete");
  expect_exit(done, 0, "point 3 of 4 prune.sparsity=0.6 seed=2: test ");
  expect_exit(status(), 0, "[########################################]  4 complete");
  const auto before = test::sha256_of(runs()[0] / "result.h5");
  const auto again = run();
  expect_exit(again, 0, "4 of 4 points are complete");
  EXPECT_EQ(again.text.find("point 0"), std::string::npos) << again.text;
  EXPECT_EQ(test::sha256_of(runs()[0] / "result.h5"), before);
}

TEST_F(Sweep, GivesItsPointsTheBitsOfRunsAlone) {
  expect_exit(plan("--seed=3"), 0, "points 1\n");
  expect_exit(run(), 0, "1 of 1");
  expect_exit(test::stockpot("run " + base_.string() +
                             " --seed=3 --run-dir=" + (images_.folder / "alone").string()),
              0, "result ");
  EXPECT_EQ(test::content_of(runs()[0] / "result.h5"),
            test::content_of(images_.folder / "alone/result.h5"));
}

TEST_F(Sweep, DoesAgainOnlyWhatFailed) {
  expect_exit(plan("--train.lr=0.01,1e30"), 0, "points 2\n");
  const auto done = run();
  expect_exit(done, 77, "1 of 2 points are complete");
  expect_exit(done, 77, "train.lr=1e30: exit code 77, see ");
  expect_exit(status(), 0, "failed    train.lr=1e30  ");
  const auto again = run();
  expect_exit(again, 77, "point 1 of 2");
  EXPECT_EQ(again.text.find("point 0 of 2"), std::string::npos) << again.text;
}

TEST_F(Sweep, IsNotPlannedWhereOnePointWouldNotStart) {
  const auto refused = plan("--train.batch=16,100000 --seed=1,2");
  expect_exit(refused, 78, "2 of 4 points would not start, nothing was planned");
  expect_exit(refused, 78, "train.batch=100000 seed=1: ");
  EXPECT_FALSE(fs::exists(out_));
  expect_exit(plan("--train.lr=0.1,-1"), 78, "train.lr=-1 is not ");
  expect_exit(plan("--data.dir=/nowhere --seed=1,2"), 65, "2 of 2 points would not start");
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Sweep, CountsEqualRunsOnceAndKeepsAnotherSweepOut) {
  expect_exit(plan("--seed=1,2,1,01"), 0, "points 2, 2 more are the same runs as others of them");
  expect_exit(plan("--seed=1,2"), 0, "points 2\n");
  expect_exit(plan("--seed=1,2,3"), 78, "holds the plan of another sweep");
}

TEST_F(Sweep, SaysWhatItNeeds) {
  expect_exit(test::stockpot("sweep"), 64, "usage: stockpot sweep");
  expect_exit(test::stockpot("sweep plam"), 64, "did you mean plan?");
  expect_exit(test::stockpot("sweep plan x.ini"), 64, "--out DIR");
  expect_exit(test::stockpot("sweep run /nowhere"), 78, "holds no plan of a sweep");
  expect_exit(test::stockpot("sweep status"), 64, "needs the folder");
}
