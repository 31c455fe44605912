// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::train {

/// What a network said about every sample of a split, in the split's order; the same on all ranks.
struct Predictions {
  std::vector<double> values;       ///< class id, or the predicted number
  std::vector<double> labels;       ///< true class id, or number
  std::vector<double> confidences;  ///< probability of the predicted class; empty for regression
  double loss = 0;                  ///< mean over samples
};

/// The metrics of a task by name. All are integer or fixed-order sums, so they are equal for every
/// number of ranks.
struct Scores {
  std::string primary_name;
  double primary = 0;
  std::map<std::string, double> extra;
};

/// Fraction of samples whose predicted class is the true one, in [0, 1].
double accuracy(const Predictions& predictions);

/// Accuracy within the class where it is lowest; classes without samples do not count.
double worst_class_accuracy(const Predictions& predictions);

/// Outcomes of a decision between class 1 (positive) and the rest.
struct Confusion {
  std::int64_t true_positive = 0, true_negative = 0, false_positive = 0, false_negative = 0;
};
Confusion confusion(const Predictions& predictions);

/// Matthews correlation, in [-1, 1]; 0 where a row or column of the table is empty. source:
/// methods.md 5.5
double matthews(const Confusion& table);

/// F1 of class 1, in [0, 1]; 0 without true positives. source: methods.md 5.5
double f1(const Confusion& table);

/// Pearson's correlation of two equally long sequences; 0 where one is constant. Two passes, summed
/// in order.
double pearson(std::span<const double> a, std::span<const double> b);

/// Spearman's correlation: Pearson's of the ranks, equal values sharing their average rank.
double spearman(std::span<const double> a, std::span<const double> b);

/// Expected calibration error: mean over samples of |accuracy - mean confidence| in their bin, bins
/// of equal width, open below and closed above. source: Guo et al., "On calibration of modern
/// neural networks", ICML 2017, equation 3, with M = 15 bins
double calibration_error(const Predictions& predictions, std::size_t bins = 15);

/// Mean over corruptions and severities; `accuracies` is [corruptions, severities], row by row.
/// source: Hendrycks and Dietterich, ICLR 2019 (15 corruptions, or 19 with the extra ones; 5
/// severities each)
double mean_corruption_accuracy(std::span<const double> accuracies, std::size_t corruptions,
                                std::size_t severities = 5);

/// What the field reports for the data set `data` first: matthews for cola, pearson for regression,
/// else accuracy (methods.md 5.5).
std::string primary_metric(std::string_view data, std::int64_t classes);

/// All metrics that go with the number of classes (0: regression), the primary one of `data` apart
/// from the others.
Scores score_predictions(const Predictions& predictions, std::string_view data,
                         std::int64_t classes);

}  // namespace stockpot::train
