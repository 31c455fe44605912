// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "core/shape_text.hpp"
#include "io/prediction_file.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {
namespace {

const io::PredictionColumn* find(const io::PredictionTable& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &io::PredictionColumn::name);
  return found == table.columns.end() ? nullptr : &*found;
}

void print_column(const io::PredictionColumn& column, std::int64_t samples) {
  std::vector<std::int64_t> shape{samples};
  shape.insert(shape.end(), column.row_shape.begin(), column.row_shape.end());
  std::int64_t not_finite = 0;
  if (const auto* numbers = std::get_if<std::vector<float>>(&column.values))
    not_finite = std::ranges::count_if(*numbers, [](float x) { return !std::isfinite(x); });
  fmt::print("  {:<12} {:<5} {:<24} {}\n", column.name,
             std::holds_alternative<std::vector<float>>(column.values) ? "F32" : "I64",
             shape_text(shape),
             not_finite == 0 ? "" : fmt::format("{} NaN or infinite", not_finite));
}

/// How many rows have their largest logit at their label, where both are there and are of classes.
void print_accuracy(const io::PredictionTable& table) {
  const auto *label = find(table, "label"), *logits = find(table, "logits");
  if (label == nullptr || logits == nullptr || logits->row_shape.size() != 1) return;
  const auto* classes = std::get_if<std::vector<std::int64_t>>(&label->values);
  const auto* scores = std::get_if<std::vector<float>>(&logits->values);
  const auto width = logits->row_shape.front();
  if (classes == nullptr || scores == nullptr || !label->row_shape.empty() || width == 0) return;
  std::int64_t right = 0;
  auto row = scores->begin();
  for (const auto wanted : *classes) {
    right += std::max_element(row, row + width) - row == wanted ? 1 : 0;
    row += width;
  }
  fmt::print("  accuracy {:.6f}: {} of {} samples, counted from logits and labels\n",
             fraction(right, table.samples), right, table.samples);
}

}  // namespace

void inspect_predictions(const std::filesystem::path& path) {
  const auto table = io::read_predictions(path);
  fmt::print("{}: predictions for {} samples (checksum right)\n", escaped(path.string()),
             table.samples);
  for (const auto& [name, value] : table.facts)
    if (name != "config_json") fmt::print("  {}: {}\n", escaped(name), escaped(value));
  for (const auto& column : table.columns) print_column(column, table.samples);
  if (!table.class_names.empty()) fmt::print("  names of {} classes\n", table.class_names.size());
  print_accuracy(table);
}

}  // namespace stockpot::jobs
