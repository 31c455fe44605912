// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace stockpot {

/// Clears the line of a terminal that Progress draws on.
inline constexpr std::string_view kClearBar = "\r\033[K";

enum class LogLevel { quiet, info, debug };

/// Say how much is logged by this process (default: info). The only global of the program.
void set_log_level(LogLevel level);

/// Name this process in its log lines, e.g. rank 3 of 8; rank 0 of 1 prints no name.
void set_log_rank(int rank, int ranks);

/// Write one line to stderr from rank 0 only; never throws, not even when stderr is closed or full.
void log_info(std::string_view line);

/// Write one line to stderr from the calling rank, with its rank.
void log_here(std::string_view line);

/// What log_here writes before a line: `[rank 3/8] `; empty where there is one rank.
std::string rank_label();

}  // namespace stockpot
