// SPDX-License-Identifier: Apache-2.0
// stockpot sweep plan|run|submit|status|rerun-failed|cancel: a grid of runs as one folder.
#include <algorithm>
#include <cstdio>

#include "config/nearest.hpp"
#include "core/provenance.hpp"
#include "jobs/job.hpp"
#include "jobs/sweep_commands.hpp"

namespace stockpot::jobs {
namespace {

struct Command {
  const char* name;
  Job job;
  const char* help;
};

constexpr Command kCommands[] = {
    {"plan", plan_sweep,
     "check every point of a grid and write the plan: stockpot sweep plan CONFIG... --out DIR "
     "--section.key=a,b,first:last:step ..."},
    {"run", run_sweep,
     "do the points that are not complete, one after the other: stockpot sweep run DIR"},
    {"submit", submit_sweep,
     "hand the points that are not complete to Slurm: stockpot sweep submit DIR"},
    {"status", show_sweep, "how far the points are: stockpot sweep status DIR"},
    {"rerun-failed", rerun_failed,
     "submit the points that failed: stockpot sweep rerun-failed DIR"},
    {"cancel", cancel_sweep, "take the points out of Slurm's queue: stockpot sweep cancel DIR"},
};

void print_help() {
  std::puts("usage: stockpot sweep COMMAND ...\n");
  for (const auto& row : kCommands) std::printf("  %-12s %s\n", row.name, row.help);
  std::puts("\n`stockpot sweep COMMAND --help` says more.");
}

}  // namespace

ExitCode sweep(const Words& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "--help-all") {
    print_help();
    return words.empty() ? ExitCode::usage : ExitCode::done;
  }
  if (words[0] == "--version" || words[0] == "-V") {
    std::puts(version_line().c_str());
    return ExitCode::done;
  }
  const auto* row =
      std::ranges::find_if(kCommands, [&](const Command& c) { return words[0] == c.name; });
  if (row != std::end(kCommands)) return row->job({words.begin() + 1, words.end()});
  std::vector<std::string> names;
  for (const auto& command : kCommands) names.emplace_back(command.name);
  const auto meant = config::nearest(words[0], names);
  throw UsageError(
      "'" + words[0] + "' is no command of sweep", "",
      meant.empty() ? "`stockpot sweep --help` lists them" : "did you mean " + meant + "?");
}

}  // namespace stockpot::jobs
