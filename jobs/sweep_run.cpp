// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <csignal>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "core/log.hpp"
#include "core/stopwatch.hpp"
#include "jobs/child.hpp"
#include "jobs/sweep_commands.hpp"
#include "jobs/sweep_words.hpp"
#include "sweep/point_state.hpp"

namespace stockpot::jobs {
namespace {

constexpr const char* kUsage = "stockpot sweep run DIR [--launcher WORDS]";

const std::vector<config::Flag> kFlags = {
    {"launcher", "WORDS", "what starts the ranks of a point, such as 'mpirun -np 4'; none: one"},
};

/// Do one point. Returns the exit code of its run.
int run_point(const sweep::SweepFolder& folder, const sweep::Point& point,
              std::vector<std::string> words) {
  words.insert(words.end(), {this_program().string(), "run", folder.ini_of(point.number).string(),
                             "--run-dir=" + folder.run_of(point).string()});
  return run_child(words, folder.log_of(point.number));
}

std::string outcome_of(const sweep::PointState& state, int code, const std::filesystem::path& log) {
  if (state.stage == sweep::Stage::complete) return fmt::format("test {:.4f}", state.test);
  return fmt::format("exit code {}, see {}", code, escaped(log.string()));
}

/// Whether somebody ended the run of a point, and so meant all.
bool was_stopped(int code) {
  return code == static_cast<int>(ExitCode::requeue) || code == 128 + SIGINT ||
         code == 128 + SIGTERM;
}

}  // namespace

ExitCode run_sweep(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, kUsage, kFlags)) return ExitCode::done;
  const auto folder = sweep_of(line, kUsage);
  const auto launcher = words_in(line.value("launcher").value_or(""));
  const auto points = folder.read();
  std::size_t complete = 0;
  int first_code = 0;
  for (const auto& point : points) {
    if (sweep::look_at(folder, point).stage == sweep::Stage::complete) {
      ++complete;
      continue;
    }
    const Stopwatch watch;
    const int code = run_point(folder, point, launcher);
    const auto state = sweep::look_at(folder, point);
    log_info(fmt::format("point {} of {}{}{}: {} ({:.0f} s)", point.number, points.size(),
                         point.settings.empty() ? "" : " ", text_of(point.settings),
                         outcome_of(state, code, folder.log_of(point.number)), watch.elapsed_s()));
    if (state.stage == sweep::Stage::complete) {
      ++complete;
      continue;
    }
    if (first_code == 0) first_code = code == 0 ? static_cast<int>(ExitCode::internal) : code;
    if (was_stopped(code)) break;
  }
  fmt::print("{} of {} points are complete in {}\n", complete, points.size(),
             escaped(folder.path().string()));
  return static_cast<ExitCode>(first_code);
}

}  // namespace stockpot::jobs
