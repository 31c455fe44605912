// SPDX-License-Identifier: Apache-2.0
// Settings that once were taken in silence and meant something else.
#include <gtest/gtest.h>

#include <cmath>

#include "io/result_file.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

namespace {

std::string folder_line(const std::string& text) {
  const auto at = text.rfind("folder ");
  return at == std::string::npos ? "no folder" : text.substr(at);
}

}  // namespace

TEST(Settings, WithoutAValidationSetTrainAndSaySo) {
  const Images images;
  const auto settings = images.settings("run", "--data.validation_size=0");
  expect_exit(test::stockpot("run --check " + settings), 0, "no problem found");
  expect_exit(test::stockpot("run " + settings, 2), 0, "no validation set");
  const auto result = io::read_result(images.folder / "run" / "result.h5");
  EXPECT_TRUE(std::isnan(result.validation));
  EXPECT_EQ(result.n_validation, 0);
  EXPECT_EQ(result.n_test, 600);
  EXPECT_EQ(result.status, "complete");
}

TEST(Settings, SelectOnValidationOnlyWhereThereAreCandidates) {
  const Images images;
  const auto select = "--train.select=validation ";
  for (const std::string mode : {"run --check ", "run "}) {
    expect_exit(test::stockpot(mode + images.settings("a", select)), 78, "one candidate");
    expect_exit(test::stockpot(mode + images.settings("a", std::string(select) +
                                                               "--train.evaluate_every=2 "
                                                               "--data.validation_size=0")),
                78, "validation");
  }
  ASSERT_EQ(test::stockpot("run " +
                           images.settings("b", std::string(select) + "--train.evaluate_every=2"))
                .code,
            0);
  EXPECT_EQ(io::read_result(images.folder / "b" / "result.h5").selected_on, "validation");
}

TEST(Settings, RefuseAWarmUpAsLongAsATrainingOfEpochsOrOfASearch) {
  const Images images;
  const auto data =
      "--data.name=mnist --data.official=no --data.dir=" + images.folder.path().string() +
      " --device=cpu --model.depth=1 --train.batch=20 --isp.round_steps=1 ";
  for (const std::string mode : {"run --check ", "run --dry-run ", "run "}) {
    // an epoch has 9 steps
    expect_exit(test::stockpot(mode + data + "--train.epochs=1 --train.warmup_steps=9"), 78,
                "train.warmup_steps 9 is not below the 9 steps");
    expect_exit(test::stockpot(mode + data +
                               "--train.epochs=2 --train.warmup_steps=5 --prune.method=lth "
                               "--prune.search_share=0.25"),
                78, "train.warmup_steps 5 is not below the 5 steps");
  }
}

TEST(Settings, RefuseDropoutOfAModelThatHasNoPlaceForIt) {
  const Images images;
  for (const std::string mode : {"run --check ", "run "})
    for (const std::string dropout : {"0.1", "model"})
      expect_exit(test::stockpot(mode + images.settings("a", "--train.dropout=" + dropout)), 78,
                  "train.dropout is " + dropout + " (the model has no place where it drops");
}

TEST(Settings, OfSgdAndItsDropsTrainToTheSameBitsOnAnyNumberOfRanks) {
  const Images images;
  const auto settings = [&](const std::string& name) {
    return images.settings(name,
                           "--train.optimizer=sgd --train.lr=0.05 --train.schedule=steps "
                           "--train.drop_at='0.25 0.5' --dist.reduction=fixed");
  };
  ASSERT_EQ(test::stockpot("run " + settings("one")).code, 0);
  ASSERT_EQ(test::stockpot("run " + settings("three"), 3).code, 0);
  const auto one = io::read_result(images.folder / "one" / "result.h5"),
             three = io::read_result(images.folder / "three" / "result.h5");
  EXPECT_EQ(one.test, three.test);
  ASSERT_EQ(one.train.size(), three.train.size());
  for (std::size_t i = 0; i < one.train.size(); ++i) {
    EXPECT_EQ(one.train[i].loss, three.train[i].loss);
    EXPECT_EQ(one.train[i].lr, three.train[i].lr);
  }
  EXPECT_EQ(one.train.front().lr, 0.05);
  EXPECT_NEAR(one.train.back().lr, 0.0005, 1e-12);
}

TEST(Settings, OfTheExecutionLeadToTheSameFolder) {
  const Images images;
  const auto common =
      "run --dry-run --data.name=mnist --data.official=no --train.steps=6 --train.batch=20 "
      "--isp.round_steps=1 --data.dir=";
  const auto place = images.folder.path().string();
  const auto folder = folder_line(test::stockpot(common + place).text);
  EXPECT_NE(folder, "no folder");
  for (const char* more : {" --dist.threads=2", " --dist.backend=mpi", " --device=cpu"})
    EXPECT_EQ(folder_line(test::stockpot(common + place + more).text), folder) << more;
  EXPECT_EQ(folder_line(test::stockpot(common + place + "/../" +
                                       images.folder.path().filename().string() + "/")
                            .text),
            folder);
  EXPECT_NE(folder_line(test::stockpot(common + place + " --seed=1").text), folder);
}

TEST(Settings, AreResolvedInTheResult) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("isp", "--prune.scope=tensor")).code, 0);
  const auto isp = io::read_result(images.folder / "isp" / "result.h5");
  EXPECT_EQ(isp.score, "magnitude");
  EXPECT_EQ(isp.schedule, "growing");
  EXPECT_EQ(isp.denoise, "look_ahead");
  EXPECT_EQ(isp.rewind, "keep");
  EXPECT_EQ(isp.scope, "tensor");
  EXPECT_EQ(isp.union_rule, "votes");
  EXPECT_GT(isp.effective_rate, 0.0);
  ASSERT_EQ(test::stockpot("run " + images.settings("lth", "--prune.method=lth")).code, 0);
  const auto lth = io::read_result(images.folder / "lth" / "result.h5");
  EXPECT_EQ(lth.schedule, "levels");
  EXPECT_EQ(lth.rewind, "initial");
  EXPECT_EQ(lth.denoise, "none");
  EXPECT_EQ(lth.union_rule, "none");
  EXPECT_TRUE(std::isnan(lth.effective_rate));
}

TEST(DryRun, ListsTheActionsAndTheirCostAsTheRunBooksIt) {
  const Images images;
  const auto settings = images.settings("run");
  const auto plan = test::stockpot("run --dry-run " + settings);
  ASSERT_EQ(plan.code, 0) << plan.text;
  for (const char* what : {"train 1 steps", "look ahead: 2 denoisers of 2 steps", "cut to ",
                           "evaluate on validation", "fine-tune "})
    EXPECT_NE(plan.text.find(what), std::string::npos) << what << "\n" << plan.text;
  ASSERT_EQ(test::stockpot("run " + settings).code, 0);
  std::int64_t steps = 0, look_ahead = 0;
  for (const auto& row : io::read_result(images.folder / "run" / "result.h5").cost) {
    if (row.phase == "train" || row.phase == "fine_tune") steps += row.steps;
    if (row.phase == "look_ahead") look_ahead += row.steps;
  }
  const auto sums = "steps  " + std::to_string(steps) + " of the main network, " +
                    std::to_string(look_ahead) + " of look-ahead";
  EXPECT_NE(plan.text.find(sums), std::string::npos) << sums << "\n" << plan.text;
}
