// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "data/dataset.hpp"
#include "io/prediction_file.hpp"
#include "jobs/answers.hpp"

namespace stockpot::jobs {

/// What a prediction file says beside the answers.
struct PredictionFacts {
  std::map<std::string, std::string> facts;  ///< attributes of the file
  bool has_labels = true;                    ///< not for a submission
  bool save_inputs = false;  ///< token ids and lengths, or pixels, as the model saw them
};

/// One row per sample of `split`: index, label, logits, features and, if asked for, inputs
/// (docs/export_format.md).
io::PredictionTable prediction_table(const PredictionFacts& facts, const data::Split& split,
                                     const Answers& answers);

/// The file that GLUE's owners score: index<TAB>prediction, by the names of labels. Scores are cut
/// to [0, 5], the range of the task. source: gluebenchmark.com, FAQ
std::string submission_text(const data::Split& split, const Answers& answers);

}  // namespace stockpot::jobs
