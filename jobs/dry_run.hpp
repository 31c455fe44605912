// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "jobs/setup.hpp"

namespace stockpot::jobs {

/// What the run will do, for --dry-run: every action of its program with steps, sparsity and FLOPs,
/// then sums, time and memory; the last line is `folder PATH`.
std::string describe(const Setup& setup, const std::filesystem::path& folder);

}  // namespace stockpot::jobs
