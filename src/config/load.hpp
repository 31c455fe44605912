// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "config/check.hpp"
#include "config/ini.hpp"
#include "config/run_config.hpp"

namespace stockpot::config {

/// Make the configuration of a run: command line > later file > earlier file > default.
///
/// files         ini files, lowest precedence first
/// command_line  CommandLine::settings
/// throws        one ConfigError whose lines are all problems found: unreadable files, unknown keys
/// (with the nearest valid one), values of
///               the wrong type or out of range, contradictions (check.hpp), each with its file and
///               line or its flag
///
/// Example:
///     const Source command_line{{"isp.denoisers", "8", "--"}};
///     const RunConfig config = load({"configs/quickstart/isp.ini"}, command_line);
///     EXPECT_EQ(config.isp.denoisers, 8);          // the file says 4
///     EXPECT_EQ(config.isp.look_ahead_steps, 10);  // from the file
RunConfig load(const std::vector<std::string>& files, const Source& command_line = {},
               Use use = Use::training);

}  // namespace stockpot::config
