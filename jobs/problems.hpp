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

/// Every problem that can be found without training: data, weights file, plan, run folder. Empty:
/// the run would start.
std::vector<Problem> find_problems(const config::RunConfig& config,
                                   const std::filesystem::path& folder);

}  // namespace stockpot::jobs
