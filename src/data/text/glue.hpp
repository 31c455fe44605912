// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/input_file.hpp"

namespace stockpot::data {

/// Which official file of a task. The dev set is `test`, because it is what the field reports
/// (methods.md 5.5).
enum class GluePart { train, test, submission, test_mismatched, submission_mismatched };

/// Where the columns of a file without a header stand. `text < 0`: the task has no such file.
struct GlueColumns {
  int columns = 0;  ///< how many; a surplus is allowed where `more`
  bool more = false;
  int first = -1, second = -1, label = -1;
};

/// One row per task. source: methods.md 5.5; BERT-Tickets' GLUE processors; gluebenchmark.com
struct GlueTask {
  std::string_view name;                  ///< as in data.name
  std::string_view first, second, label;  ///< names of the columns; second empty: single sentences
  GlueColumns bare = {};                  ///< the form of files without a header
  std::vector<std::string> labels;        ///< in class order; empty: a score in [0, 5]
  std::vector<std::string> words = {};    ///< what the labels mean, where they are numbers
  bool skips_damaged_rows = false;        ///< QQP's official file has some
  bool mismatched = false;                ///< MNLI: two dev and two test sets
  bool own = false;                       ///< a user's own files, not a task of GLUE
  bool regression() const { return labels.empty(); }
};

/// The tasks: cola sst2 mrpc qqp stsb mnli qnli rte wnli.
const std::vector<GlueTask>& glue_tasks();

/// The task named `name`; nullptr if there is none.
const GlueTask* find_glue_task(std::string_view name);

/// Tokens of a training text as it is computed: of bert-base-uncased, at most 128, padded to the
/// longest of its batch of 32 of like length. Measured on the official files; 0: not measured.
double measured_tokens(const GlueTask& task);

/// Official name of the file, e.g. dev_matched.tsv. LogicError where the task has no such part.
std::string glue_file_name(const GlueTask& task, GluePart part);

/// A sample; texts are views of the file in memory.
struct GlueExample {
  std::string_view first, second;
  std::int64_t label = -1;  ///< class, -1: unlabelled or regression
  float target = 0;         ///< score of a regression; NaN: unlabelled
};

/// One official file, whole in memory.
struct GlueFile {
  Bytes bytes;
  std::vector<GlueExample> examples;  ///< in file order
  std::int64_t skipped_rows = 0;
};

/// Read the file `path` of `task`. `labelled`: labels must be there and belong to the task, else
/// the column may be missing. DataError `file:line` where a column is missing, a row has another
/// number of columns, a label is not of the task or the file holds no sample. Skipped rows (QQP)
/// are counted and said.
/// digests  collects what the file holds; null: nobody
GlueFile read_glue(const std::filesystem::path& path, const GlueTask& task, bool labelled,
                   io::InputDigests* digests = nullptr);

/// The same from a text in memory, which must outlive the examples; `name` stands for the path in
/// messages.
GlueFile parse_glue(std::string_view text, const std::string& name, const GlueTask& task,
                    bool labelled);

}  // namespace stockpot::data
