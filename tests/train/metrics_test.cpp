// SPDX-License-Identifier: Apache-2.0
#include "train/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace stockpot::train;

namespace {

/// `count` samples for each (said, is) of the table.
Predictions binary(int true_positive, int true_negative, int false_positive, int false_negative) {
  Predictions p;
  const auto add = [&](int count, double said, double is) {
    for (int i = 0; i < count; ++i) {
      p.values.push_back(said);
      p.labels.push_back(is);
      p.confidences.push_back(1.0);
    }
  };
  add(true_positive, 1, 1);
  add(true_negative, 0, 0);
  add(false_positive, 1, 0);
  add(false_negative, 0, 1);
  return p;
}

}  // namespace

TEST(Metrics, CountOutcomesOfClassOne) {
  const auto table = confusion(binary(6, 3, 1, 2));
  EXPECT_EQ(table.true_positive, 6);
  EXPECT_EQ(table.true_negative, 3);
  EXPECT_EQ(table.false_positive, 1);
  EXPECT_EQ(table.false_negative, 2);
}

TEST(Metrics, MatthewsIsItsFormula) {
  EXPECT_DOUBLE_EQ(matthews({6, 3, 1, 2}), 16 / std::sqrt(7.0 * 8 * 4 * 5));
  EXPECT_DOUBLE_EQ(matthews({4, 4, 0, 0}), 1.0);
  EXPECT_DOUBLE_EQ(matthews({0, 0, 4, 4}), -1.0);
}

TEST(Metrics, MatthewsOfOneAnswerForAllIsZero) { EXPECT_EQ(matthews({7, 0, 3, 0}), 0.0); }

TEST(Metrics, F1IsOfClassOne) {
  EXPECT_DOUBLE_EQ(f1({6, 3, 1, 2}), 12.0 / 15.0);
  EXPECT_EQ(f1({0, 9, 0, 1}), 0.0);
}

TEST(Metrics, PearsonIgnoresScaleAndShift) {
  const std::vector<double> a = {1, 2, 3, 5}, twice = {12, 14, 16, 20}, back = {-1, -2, -3, -5},
                            constant = {4, 4, 4, 4};
  EXPECT_DOUBLE_EQ(pearson(a, twice), 1.0);
  EXPECT_DOUBLE_EQ(pearson(a, back), -1.0);
  EXPECT_EQ(pearson(a, constant), 0.0);
  // by hand: a - 2.75 = (-1.75, -0.75, 0.25, 2.25); b - 2.5 = (-0.5, 1.5, -1.5, 0.5)
  EXPECT_DOUBLE_EQ(pearson(a, std::vector<double>{2, 4, 1, 3}), 0.5 / std::sqrt(8.75 * 5.0));
}

TEST(Metrics, SpearmanSharesTheRankOfEqualValues) {
  const std::vector<double> a = {10, 20, 20, 1000};  // ranks 1, 2.5, 2.5, 4
  EXPECT_DOUBLE_EQ(spearman(a, std::vector<double>{1, 2, 2, 3}), 1.0);
  // ranks 1 2 3 4 against 1 2.5 2.5 4: covariance 4.5, variances 5 and 4.5
  EXPECT_DOUBLE_EQ(spearman(a, std::vector<double>{1, 2, 3, 4}), 4.5 / std::sqrt(5.0 * 4.5));
}

TEST(Metrics, WorstClassIsTheOneWithFewestRightAnswers) {
  const Predictions p{
      .values = {0, 0, 1, 2, 2, 2}, .labels = {0, 0, 1, 1, 1, 2}, .confidences = {}};
  EXPECT_DOUBLE_EQ(worst_class_accuracy(p), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(accuracy(p), 4.0 / 6.0);
}

TEST(Metrics, CalibrationErrorWeighsBinsByTheirSamples) {
  // bin (0.5, 1]: confidences 0.6 0.8 1.0 of which 2 are right: |2.4 - 2|; bin (0, 0.5]: 0.5,
  // wrong: 0.5
  const Predictions p{
      .values = {1, 1, 1, 1}, .labels = {1, 0, 1, 0}, .confidences = {0.6, 0.8, 1.0, 0.5}};
  EXPECT_NEAR(calibration_error(p, 2), (0.4 + 0.5) / 4, 1e-15);
  EXPECT_NEAR(calibration_error(p, 1), std::abs(2.9 - 2) / 4, 1e-15);
}

TEST(Metrics, MeanCorruptionAccuracyIsOverTheWholeTable) {
  const std::vector<double> table = {0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1};
  EXPECT_DOUBLE_EQ(mean_corruption_accuracy(table, 2), 0.5);
  EXPECT_ANY_THROW(mean_corruption_accuracy(table, 3));
}

TEST(Metrics, EveryTaskLeadsWithWhatTheFieldReports) {
  EXPECT_EQ(primary_metric("cola", 2), "matthews");
  EXPECT_EQ(primary_metric("stsb", 0), "pearson");
  for (const char* task : {"sst2", "mrpc", "qqp", "mnli", "qnli", "rte", "wnli"})
    EXPECT_EQ(primary_metric(task, 2), "accuracy");
}

TEST(Metrics, OthersStandBesideThePrimaryOne) {
  const auto scores = score_predictions(binary(6, 3, 1, 2), "cola", 2);
  EXPECT_EQ(scores.primary_name, "matthews");
  EXPECT_DOUBLE_EQ(scores.primary, matthews({6, 3, 1, 2}));
  EXPECT_DOUBLE_EQ(scores.extra.at("accuracy"), 0.75);
  EXPECT_DOUBLE_EQ(scores.extra.at("f1"), 0.8);
  EXPECT_FALSE(scores.extra.contains("matthews"));
}
