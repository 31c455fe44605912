// SPDX-License-Identifier: Apache-2.0
#include "train/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/error.hpp"

namespace stockpot::train {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Rank of each value from 1; equal values share the average of theirs.
std::vector<double> average_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i)
      ranks[order[i]] = static_cast<double>(begin + 1 + end) / 2.0;
  }
  return ranks;
}

}  // namespace

double accuracy(const Predictions& p) {
  expect(!p.labels.empty() && p.values.size() == p.labels.size(), "accuracy of no samples");
  std::int64_t right = 0;
  for (std::size_t i = 0; i < p.labels.size(); ++i) right += p.values[i] == p.labels[i];
  return ratio(right, std::ssize(p.labels));
}

double worst_class_accuracy(const Predictions& p) {
  expect(!p.labels.empty(), "accuracy of no samples");
  struct Count {
    std::int64_t right = 0, all = 0;
  };
  std::map<double, Count> counts;
  for (std::size_t i = 0; i < p.labels.size(); ++i) {
    auto& count = counts[p.labels[i]];
    count.right += p.values[i] == p.labels[i];
    ++count.all;
  }
  double worst = 1;
  for (const auto& [label, count] : counts) worst = std::min(worst, ratio(count.right, count.all));
  return worst;
}

Confusion confusion(const Predictions& p) {
  Confusion table;
  for (std::size_t i = 0; i < p.labels.size(); ++i) {
    const bool said = p.values[i] == 1.0, is = p.labels[i] == 1.0;
    ++(said ? (is ? table.true_positive : table.false_positive)
            : (is ? table.false_negative : table.true_negative));
  }
  return table;
}

double matthews(const Confusion& t) {
  const auto tp = static_cast<double>(t.true_positive), tn = static_cast<double>(t.true_negative);
  const auto fp = static_cast<double>(t.false_positive), fn = static_cast<double>(t.false_negative);
  const double sides = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
  return sides == 0 ? 0 : (tp * tn - fp * fn) / std::sqrt(sides);
}

double f1(const Confusion& t) {
  return t.true_positive == 0 ? 0
                              : ratio(2 * t.true_positive,
                                      2 * t.true_positive + t.false_positive + t.false_negative);
}

double pearson(std::span<const double> a, std::span<const double> b) {
  expect(!a.empty() && a.size() == b.size(), "correlation of no samples");
  const double mean_a = mean(a), mean_b = mean(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double da = a[i] - mean_a, db = b[i] - mean_b;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa == 0 || bb == 0 ? 0 : ab / std::sqrt(aa * bb);
}

double spearman(std::span<const double> a, std::span<const double> b) {
  return pearson(average_ranks(a), average_ranks(b));
}

double calibration_error(const Predictions& p, std::size_t bins) {
  expect(!p.labels.empty() && p.confidences.size() == p.labels.size(),
         "calibration error of no samples");
  std::vector<double> excess(bins,
                             0.0);  // per bin: sum of confidence, less the number of right answers
  for (std::size_t i = 0; i < p.labels.size(); ++i) {
    const double above = std::ceil(p.confidences[i] * static_cast<double>(bins)) - 1.0;
    const auto bin =
        static_cast<std::size_t>(std::clamp(above, 0.0, static_cast<double>(bins - 1)));
    excess[bin] += p.confidences[i] - (p.values[i] == p.labels[i] ? 1.0 : 0.0);
  }
  double sum = 0;
  for (const double x : excess) sum += std::abs(x);
  return sum / static_cast<double>(p.labels.size());
}

double mean_corruption_accuracy(std::span<const double> accuracies, std::size_t corruptions,
                                std::size_t severities) {
  expect(corruptions * severities > 0 && accuracies.size() == corruptions * severities,
         "mean corruption accuracy of an incomplete table");
  return mean(accuracies);
}

std::string primary_metric(std::string_view data, std::int64_t classes) {
  if (classes == 0) return "pearson";
  return data == "cola" ? "matthews" : "accuracy";
}

Scores score_predictions(const Predictions& p, std::string_view data, std::int64_t classes) {
  std::map<std::string, double> all;
  if (classes == 0) {
    all = {{"pearson", pearson(p.values, p.labels)}, {"spearman", spearman(p.values, p.labels)}};
  } else {
    all = {{"accuracy", accuracy(p)},
           {"calibration_error", calibration_error(p)},
           {"worst_class_accuracy", worst_class_accuracy(p)}};
    if (classes == 2) {
      const auto table = confusion(p);
      all.insert({{"matthews", matthews(table)}, {"f1", f1(table)}});
    }
  }
  const auto name = primary_metric(data, classes);
  const auto primary = all.extract(name);
  return {.primary_name = name, .primary = primary.mapped(), .extra = std::move(all)};
}

}  // namespace stockpot::train
