// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {

/// Something that would stop a run, and the exit code it would end with.
struct Problem {
  std::string text;
  ExitCode code;
};

/// What --check says.
struct Check {
  /// In the order in which a run would meet them, none of them twice. Empty: the run would start.
  std::vector<Problem> problems;
  std::string not_read;  ///< one line: where only the run will see damage
};

/// Every problem that names, headers, sizes and counts show: data, vocabulary, model, plan, run
/// folder, free space, device, back end, weights. Reads no pixel, label, token or weight, leaves no
/// trace and talks to no other rank. Where the data are not there, the rest is judged by the
/// official sizes.
///
/// force  whether an earlier result would be replaced
Check find_problems(const config::RunConfig& config, const std::filesystem::path& folder,
                    bool force);

}  // namespace stockpot::jobs
