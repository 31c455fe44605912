#include "train/metrics.hpp"

#include "core/error.hpp"

namespace stockpot::train {

double accuracy(const Predictions& p) {
  expect(!p.labels.empty() && p.values.size() == p.labels.size(), "accuracy of no samples");
  std::int64_t right = 0;
  for (std::size_t i = 0; i < p.labels.size(); ++i) right += p.values[i] == p.labels[i];
  return static_cast<double>(right) / static_cast<double>(p.labels.size());
}

Scores score_predictions(const Predictions& predictions, std::int64_t) { return {.primary_name = "accuracy", .primary = accuracy(predictions), .extra = {}}; }

}  // namespace stockpot::train
