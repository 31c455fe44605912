// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace stockpot {

/// Facts about how a result came to be, in the order they were added; every module adds its own
/// library versions.
using Provenance = std::vector<std::pair<std::string, std::string>>;

/// Version, git commit, compiler, host, UTC time, command line and Slurm ids of this process.
Provenance process_provenance(const std::vector<std::string>& command_line);

/// This moment in UTC, such as 2026-01-31T08:09:10Z.
std::string utc_now();

/// Name of this machine.
std::string host_name();

/// `stockpot 0.1.0 (commit ...)`, as `--version` prints it.
std::string version_line();

}  // namespace stockpot
