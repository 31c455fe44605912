// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "io/input_digests.hpp"
#include "io/run_result.hpp"
#include "train/evaluate.hpp"

namespace stockpot::jobs {

/// See that data.corruptions, where it is set, holds what the benchmark needs: by names and headers
/// and, unless data.official is `no`, by the checksum of its labels.
///
/// digests  collects what all of its files hold, which reads those that are not remembered; null:
///          nobody
/// throws DataError
void check_corruptions(const config::RunConfig& config, io::InputDigests* digests = nullptr);

/// Scores of a network on a split; collective.
using Evaluate = std::function<train::Evaluation(const data::Split&)>;

/// A row for every corruption in data.corruptions at every severity; none where it is empty. One
/// severity of one corruption is in memory at a time.
/// throws AgreedError
/// collective over `world`
std::vector<io::CorruptionRow> score_corruptions(const config::RunConfig& config,
                                                 const Evaluate& evaluate,
                                                 const comm::Group& world);

/// Means over corruptions and severities by their names in a result: corrupted_accuracy_15 of the
/// benchmark's corruptions, and corrupted_accuracy_19 where the 4 extra ones are there too. Empty
/// for no rows.
std::map<std::string, double> corruption_means(const std::vector<io::CorruptionRow>& rows);

}  // namespace stockpot::jobs
