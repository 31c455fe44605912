// SPDX-License-Identifier: Apache-2.0
// What the subcommands of sweep read and print alike.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "config/command_line.hpp"
#include "sweep/plan.hpp"

namespace stockpot::jobs {

/// The sweep at `path`, which need not be there, in the one spelling that its jobs are named after.
sweep::SweepFolder sweep_at(const std::filesystem::path& path);

/// The one sweep that a line names. throws UsageError
sweep::SweepFolder sweep_of(const config::CommandLine& line, const char* usage);

/// `key=value key=value`
std::string text_of(const std::vector<std::pair<std::string, std::string>>& settings);

/// The words of a text, which spaces part.
std::vector<std::string> words_in(const std::string& text);

}  // namespace stockpot::jobs
