// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace stockpot::jobs {

/// Start a program and wait for its end; its two outputs are appended to `log`. No shell sees the
/// words.
///
/// words    the program, by path or as found in PATH, and its arguments
/// returns  its exit code; 128 + n where signal n ended it
/// throws   IoError where it cannot be started, or the log not be opened
int run_child(const std::vector<std::string>& words, const std::filesystem::path& log);

/// This program, as it can be started again.
std::filesystem::path this_program();

}  // namespace stockpot::jobs
