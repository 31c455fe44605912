// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

// Other programs, started and waited for. Their words are passed as they are: no shell sees them.
namespace stockpot::jobs {

/// Run a program; its two outputs are appended to `log`. Meanwhile Ctrl-C (SIGINT), which a
/// terminal sends to both, is the program's to answer.
///
/// words    the program, by path or as found in PATH, and its arguments
/// returns  its exit code; 128 + n where signal n ended it
/// throws   IoError where it cannot be started, or the log not be opened
int run_child(const std::vector<std::string>& words, const std::filesystem::path& log);

/// How a program ended, and what it said on both outputs.
struct Said {
  int code = 0;
  std::string text;
};

/// Run a program that says little. throws IoError as run_child does
Said ask_child(const std::vector<std::string>& words);

/// This program, as it can be started again.
std::filesystem::path this_program();

}  // namespace stockpot::jobs
