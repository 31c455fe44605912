// SPDX-License-Identifier: Apache-2.0
#include "sweep/point_state.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "io/result_file.hpp"
#include "io/sample_result.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using sweep::Stage;

namespace {

/// A point, and the folder of its run as a test leaves it.
class State : public ::testing::Test {
 protected:
  State() { std::filesystem::create_directories(run_); }
  sweep::PointState state() const { return sweep::look_at(folder_, point_); }
  void put_metrics(const std::string& text) const { std::ofstream(run_ / "metrics.jsonl") << text; }
  void put_result(const io::RunResult& result) const {
    io::write_result(run_ / "result.h5", result);
  }

  test::TempDir dir_;
  sweep::SweepFolder folder_{dir_.path()};
  io::RunResult result_ = test::sample_result();
  sweep::Point point_{.run_id = result_.run_id, .folder = "runs/x", .settings = {}};
  std::filesystem::path run_ = folder_.run_of(point_);
};

}  // namespace

TEST_F(State, OfAnEmptyFolderIsPending) { EXPECT_EQ(state().stage, Stage::pending); }

TEST_F(State, OfARunIsTheStepOfItsLastWholeLine) {
  put_metrics(
      "{\"event\":\"train\",\"step\":7}\n{\"event\":\"train\",\"step\":8}\n{\"event\":\"tra");
  EXPECT_EQ(state().stage, Stage::begun);
  EXPECT_EQ(state().step, 8);
  put_metrics("");
  EXPECT_EQ(state().stage, Stage::begun);
  EXPECT_EQ(state().step, 0);
}

TEST_F(State, OfAResultIsItsScore) {
  put_metrics("{\"step\":9}\n");
  put_result(result_);
  EXPECT_EQ(state().stage, Stage::complete);
  EXPECT_EQ(state().test, result_.test);
}

TEST_F(State, OfAFailedRunIsItsCause) {
  result_.status = "failed";
  result_.failure = "the loss is not finite";
  put_result(result_);
  EXPECT_EQ(state().stage, Stage::failed);
  EXPECT_EQ(state().failure, "the loss is not finite");
}

TEST_F(State, OfAResultThatIsDamagedOrOfOthersIsFailed) {
  point_.run_id = "000000000000";
  put_result(result_);
  EXPECT_EQ(state().stage, Stage::failed);
  EXPECT_NE(state().failure.find("other settings"), std::string::npos);
  std::filesystem::resize_file(run_ / "result.h5", 100);
  EXPECT_EQ(state().stage, Stage::failed);
  EXPECT_NE(state().failure, "");
}
