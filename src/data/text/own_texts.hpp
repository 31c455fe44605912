// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/run_config.hpp"
#include "data/text/glue.hpp"

namespace stockpot::data {

/// A user's own texts (data.name = tsv) as a task: the columns that the settings name, and as
/// classes the distinct labels of train.tsv in `folder`, numbers in numeric order, else sorted by
/// their bytes. `config` must outlive it.
/// throws DataError (file:line) where a column is missing, a label is empty, there is one class
/// only, or more than 1,000 of them
GlueTask own_texts(const config::DataConfig& config, const std::filesystem::path& folder);

/// Its test file: test.tsv, else dev.tsv. throws DataError where neither is there
std::filesystem::path own_test_file(const std::filesystem::path& folder);

}  // namespace stockpot::data
