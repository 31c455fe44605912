#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace stockpot::train {

/// What a network said about every sample of a split, in the split's order; the same on all ranks.
struct Predictions {
  std::vector<double> values;      ///< class id, or the predicted number
  std::vector<double> labels;      ///< true class id, or number
  double loss = 0;                 ///< mean over samples
};

/// The metrics of a task by name; the first one is the primary metric. All are integer or fixed-order sums.
struct Scores {
  std::string primary_name;
  double primary = 0;
  std::map<std::string, double> extra;
};

/// Fraction of samples whose predicted class is the true one, in [0, 1].
double accuracy(const Predictions& predictions);

/// Metrics of classification into `classes` classes; accuracy is the primary one.
Scores score_predictions(const Predictions& predictions, std::int64_t classes);

}  // namespace stockpot::train
