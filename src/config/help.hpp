#pragma once
#include <string>
#include <vector>

#include "config/command_line.hpp"
#include "config/setting.hpp"

namespace stockpot::config {

/// The help of a subcommand: usage, its flags, then the settings of `all` or just the basic ones, by section, with default, meaning and range.
std::string help_text(const std::string& usage, const std::vector<Flag>& flags, const std::vector<Setting>& settings, bool all);

}  // namespace stockpot::config
