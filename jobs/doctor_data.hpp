// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/command_line.hpp"
#include "jobs/job.hpp"

namespace stockpot::jobs {

/// Check the data sets that the words of `line` name (`doctor --data`): print a line per file and
/// part. returns  65 if a needed file is absent, differs from the published one or does not read
ExitCode doctor_data(const config::CommandLine& line);

}  // namespace stockpot::jobs
