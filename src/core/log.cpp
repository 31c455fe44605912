// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "core/escape.hpp"

namespace stockpot {
namespace {

// threads that watch a run log too
std::atomic<LogLevel> level_ = LogLevel::info;
std::atomic<int> rank_ = 0;
std::atomic<int> ranks_ = 1;

/// The one way of a message to the terminal: names of files, their content and arguments may stand
/// in it, so no byte goes out that is no text.
void write_line(std::string_view message) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  const auto line = std::string(terminal ? kClearBar : "") + escaped_lines(message) + "\n";
  // one write call per line, so that lines of several ranks do not mix; a closed or full stderr is
  // nobody's error
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_log_level(LogLevel level) { level_ = level; }

void set_log_rank(int rank, int ranks) {
  rank_ = rank;
  ranks_ = ranks;
}

void log_info(std::string_view line) {
  if (rank_ == 0 && level_ != LogLevel::quiet) write_line(line);
}

void log_here(std::string_view line) { write_line(rank_label().append(line)); }

std::string rank_label() {
  return ranks_ > 1 ? fmt::format("[rank {}/{}] ", rank_.load(), ranks_.load()) : "";
}

}  // namespace stockpot
