// SPDX-License-Identifier: Apache-2.0
#include "data/text/own_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "data/text/tsv.hpp"

namespace stockpot::data {
namespace {

constexpr std::size_t kMostClasses = 1000;

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

void sort_labels(std::vector<std::string>& labels) {
  std::ranges::sort(labels);
  if (!std::ranges::all_of(labels, [](const auto& label) { return number_in(label).has_value(); }))
    return;
  std::ranges::stable_sort(labels, {}, [](const auto& label) { return *number_in(label); });
}

std::vector<std::string> labels_in(const std::filesystem::path& path, const std::string& title) {
  const Bytes bytes = read_file(path);
  TsvReader reader(path.string(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::vector<std::string_view> row;
  if (!reader.next(row)) throw DataError(path.string() + ": empty file");
  const auto found = std::ranges::find(row, title);
  if (found == row.end())
    reader.fail("no column " + title, fmt::format("the first line has {} columns", row.size()),
                "name the column of labels by data.label_column");
  const auto at = static_cast<std::size_t>(found - row.begin());
  std::set<std::string, std::less<>> labels;
  while (reader.next(row)) {
    if (at >= row.size())
      reader.fail("a damaged row", fmt::format("{} columns, no label", row.size()));
    if (row[at].empty()) reader.fail("an empty label");
    labels.emplace(row[at]);
    if (labels.size() > kMostClasses)
      reader.fail(fmt::format("more than {} different labels", kMostClasses),
                  "column " + title + " holds no classes", "name another by data.label_column");
  }
  if (labels.size() < 2)
    throw DataError(fmt::format("{}: {} different labels", path.string(), labels.size()),
                    "a classifier needs two classes or more");
  return {labels.begin(), labels.end()};
}

}  // namespace

GlueTask own_texts(const config::DataConfig& config, const std::filesystem::path& folder) {
  if (config.text_column.empty() || config.label_column.empty())
    throw ConfigError("data.text_column or data.label_column is empty", "",
                      "give the titles of the columns of train.tsv");
  GlueTask task{.name = "tsv",
                .first = config.text_column,
                .second = config.text_column_b,
                .label = config.label_column,
                .bare = {},
                .labels = labels_in(folder / "train.tsv", config.label_column),
                .own = true};
  sort_labels(task.labels);
  return task;
}

std::filesystem::path own_test_file(const std::filesystem::path& folder) {
  return SourceFolder{folder, "or set data.test_from_train"}.find({"test.tsv", "dev.tsv"});
}

}  // namespace stockpot::data
