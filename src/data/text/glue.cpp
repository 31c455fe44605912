// SPDX-License-Identifier: Apache-2.0
#include "data/text/glue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/log.hpp"
#include "data/text/token_list.hpp"
#include "data/text/tsv.hpp"

namespace stockpot::data {
namespace {

using Fields = std::vector<std::string_view>;

int position_of(const Fields& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  return name.empty() || found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

/// Where a file keeps what the task needs, and whether its first row says so.
struct Layout {
  GlueColumns at;
  bool header = true;
};

/// What to do about a file that does not fit the task.
std::string remedy(const GlueTask& task) {
  return task.own ? "the first line has the titles that data.text_column, data.text_column_b and "
                    "data.label_column name; every line as many columns as it"
                  : "give the official file of task " + std::string(task.name);
}

/// Columns by the names in the first row; where they are not there, the task's form without header,
/// if it has one and the row fits.
Layout find_layout(const TsvReader& reader, const Fields& row, const GlueTask& task,
                   bool labelled) {
  const GlueColumns named{static_cast<int>(row.size()), false, position_of(row, task.first),
                          position_of(row, task.second), position_of(row, task.label)};
  std::string missing;
  const auto need = [&](int position, std::string_view name) {
    if (position < 0 && !name.empty()) missing.append(missing.empty() ? "" : ", ").append(name);
  };
  need(named.first, task.first);
  need(named.second, task.second);
  if (labelled) need(named.label, task.label);
  if (missing.empty()) return {named, true};
  const int columns = static_cast<int>(row.size());
  const bool bare =
      task.bare.first >= 0 && named.first < 0 &&
      (columns == task.bare.columns || (task.bare.more && columns > task.bare.columns));
  if (bare) return {task.bare, false};
  reader.fail("missing columns: " + missing, fmt::format("the header has {} columns", columns),
              remedy(task));
}

std::string other_task_of(std::string_view label) {
  for (const GlueTask& task : glue_tasks())
    if (std::find(task.labels.begin(), task.labels.end(), label) != task.labels.end())
      return "it is a label of " + std::string(task.name);
  return "";
}

std::int64_t class_of(const TsvReader& reader, const GlueTask& task, std::string_view label) {
  const auto found = std::find(task.labels.begin(), task.labels.end(), label);
  if (found != task.labels.end()) return found - task.labels.begin();
  std::string known;
  for (const std::string& name : task.labels) known.append(known.empty() ? "" : " ").append(name);
  reader.fail("unknown label " + in_quotes(label.substr(0, 64)),
              task.own ? "train.tsv has no such label" : other_task_of(label),
              "labels of " + std::string(task.name) + " are: " + known);
}

float score_of(const TsvReader& reader, std::string_view text) {
  float score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error != std::errc() || end != text.data() + text.size() || !(score >= 0.0F && score <= 5.0F))
    reader.fail("score " + in_quotes(text.substr(0, 64)), "it is not a number in [0, 5]");
  return score;
}

/// Why the row cannot be read; nothing if it can.
std::optional<std::string> damage_of(const TsvReader& reader, const GlueColumns& at,
                                     const Fields& row) {
  const int columns = static_cast<int>(row.size());
  if (columns < at.columns || (columns > at.columns && !at.more))
    return fmt::format("{} columns, the first line has {}", columns, at.columns);
  if (!reader.ends_like_the_first()) return "this line ends in LF or CRLF, unlike the first one";
  return std::nullopt;
}

GlueExample example_of(const TsvReader& reader, const GlueTask& task, const GlueColumns& at,
                       const Fields& row) {
  const auto field = [&](int position) {
    return position < 0 ? std::string_view() : row[static_cast<std::size_t>(position)];
  };
  GlueExample example{field(at.first), field(at.second)};
  if (task.regression())
    example.target =
        at.label < 0 ? std::numeric_limits<float>::quiet_NaN() : score_of(reader, field(at.label));
  if (!task.regression() && at.label >= 0) example.label = class_of(reader, task, field(at.label));
  return example;
}

void parse_into(GlueFile& file, std::string_view text, const std::string& name,
                const GlueTask& task, bool labelled) {
  TsvReader reader(name, text);
  Fields row;
  if (!reader.next(row)) throw DataError(name + ": empty file");
  Layout layout = find_layout(reader, row, task, labelled);
  if (!labelled) layout.at.label = -1;
  for (bool more = layout.header ? reader.next(row) : true; more; more = reader.next(row)) {
    const auto damage = damage_of(reader, layout.at, row);
    if (damage && !task.skips_damaged_rows) reader.fail("a damaged row", *damage, remedy(task));
    if (damage)
      ++file.skipped_rows;
    else
      file.examples.push_back(example_of(reader, task, layout.at, row));
  }
  if (file.examples.empty())
    throw DataError(name + ": holds no sample", "there is only a header, or damaged rows");
  if (file.skipped_rows > 0)
    log_info(fmt::format("{}: skipped {} damaged rows, read {}", name, file.skipped_rows,
                         file.examples.size()));
}

}  // namespace

const std::vector<GlueTask>& glue_tasks() {
  static const std::vector<std::string> kBinary = {"0", "1"};
  static const std::vector<std::string> kTwoWay = {"entailment", "not_entailment"};
  static const std::vector<std::string> kThreeWay = {"contradiction", "entailment", "neutral"};
  static const std::vector<GlueTask> kTasks = {
      // name, first, second, label; without header; labels, words; damaged, mismatched
      {"cola",
       "sentence",
       "",
       "label",
       {4, false, 3, -1, 1},
       kBinary,
       {"unacceptable", "acceptable"}},
      {"sst2", "sentence", "", "label", {}, kBinary, {"negative", "positive"}},
      {"mrpc", "#1 String", "#2 String", "Quality", {}, kBinary, {"not_equivalent", "equivalent"}},
      {"qqp",
       "question1",
       "question2",
       "is_duplicate",
       {},
       kBinary,
       {"not_duplicate", "duplicate"},
       true},
      {"stsb", "sentence1", "sentence2", "score", {7, true, 5, 6, 4}, {}},
      {"mnli", "sentence1", "sentence2", "gold_label", {}, kThreeWay, {}, false, true},
      {"qnli", "question", "sentence", "label", {}, kTwoWay},
      {"rte", "sentence1", "sentence2", "label", {}, kTwoWay},
      {"wnli", "sentence1", "sentence2", "label", {}, kBinary, {"not_entailment", "entailment"}},
  };
  return kTasks;
}

const GlueTask* find_glue_task(std::string_view name) {
  const auto found = std::find_if(glue_tasks().begin(), glue_tasks().end(),
                                  [&](const GlueTask& task) { return task.name == name; });
  return found == glue_tasks().end() ? nullptr : &*found;
}

double measured_tokens(const GlueTask& task) {
  constexpr std::pair<std::string_view, double> kMeasured[] = {
      {"cola", 11.8}, {"sst2", 14.0}, {"stsb", 29.2}, {"rte", 68.6}};
  const auto* found =
      std::ranges::find(kMeasured, task.name, &std::pair<std::string_view, double>::first);
  return found == std::end(kMeasured) ? 0 : found->second;
}

std::string glue_file_name(const GlueTask& task, GluePart part) {
  const bool mismatched =
      part == GluePart::test_mismatched || part == GluePart::submission_mismatched;
  expect(task.mismatched || !mismatched, "only MNLI has mismatched sets");
  if (part == GluePart::train) return "train.tsv";
  const bool test = part == GluePart::test || part == GluePart::test_mismatched;
  return std::string(test ? "dev" : "test") +
         (!task.mismatched ? ""
          : mismatched     ? "_mismatched"
                           : "_matched") +
         ".tsv";
}

GlueFile parse_glue(std::string_view text, const std::string& name, const GlueTask& task,
                    bool labelled) {
  GlueFile file;
  parse_into(file, text, name, task, labelled);
  return file;
}

GlueFile read_glue(const std::filesystem::path& path, const GlueTask& task, bool labelled,
                   io::InputDigests* digests) {
  GlueFile file;
  file.bytes = read_file(path, kLargestInput, digests);
  parse_into(file, {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()},
             path.string(), task, labelled);
  return file;
}

}  // namespace stockpot::data
