// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/official_files.hpp"
#include "io/input_digests.hpp"
#include "io/run_result.hpp"

namespace stockpot::data {

/// What was read, by names that do not depend on where it lies: those of the official set where
/// there is one, else those below `folder`. Files of a folder become one row. Sorted by name.
///
/// role  of all rows; set  of the files; null: not an official one
std::vector<io::InputRow> input_rows(const std::string& role, const io::InputDigests& digests,
                                     const std::filesystem::path& folder,
                                     const OfficialSet* set = nullptr);

}  // namespace stockpot::data
