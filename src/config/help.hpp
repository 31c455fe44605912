// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "config/command_line.hpp"
#include "config/setting.hpp"

namespace stockpot::config {

/// The help of a subcommand: usage, its flags, then the settings of `all` or just the basic ones,
/// by section, with default, meaning and range.
std::string help_text(const std::string& usage, const std::vector<Flag>& flags,
                      const std::vector<Setting>& settings, bool all);

/// Print that text if the line holds --help, or --help-all for every setting; or, for --version,
/// the version. Returns whether it did: then there is nothing else to do.
bool print_help_if_asked(const CommandLine& line, const std::string& usage,
                         const std::vector<Flag>& flags, const std::vector<Setting>& settings = {});

}  // namespace stockpot::config
