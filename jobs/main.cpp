// SPDX-License-Identifier: Apache-2.0
// stockpot SUBCOMMAND ...: finds the job and turns what it throws into an exit code.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "config/nearest.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "core/streams.hpp"
#include "jobs/job.hpp"
#include "jobs/launch.hpp"
#include "jobs/with_ranks.hpp"

namespace {

using namespace stockpot;

struct Subcommand {
  const char* name;
  jobs::Job job;
  const char* help;
  bool on_ranks = false;  ///< ends by with_ranks, unless a flag asks for words only
};

constexpr Subcommand kJobs[] = {
    {"run", jobs::run, "one run of a method: stockpot run CONFIG... [--section.key=value ...]",
     true},
    {"predict", jobs::predict,
     "logits, features and labels of a run or of plain weights into HDF5: stockpot predict "
     "CONFIG|RUN --out FILE",
     true},
    {"sweep", jobs::sweep,
     "a grid of runs: plan it, do it, look at it: stockpot sweep plan CONFIG --out DIR "
     "--prune.sparsity=0.5:0.9:0.1 --seed=0:4"},
    {"export", jobs::export_run,
     "a folder that other tools load: stockpot export RUN --format hf|masks|sparse --to DIR"},
    {"inspect", jobs::inspect,
     "say what a result or weights file holds, re-counted from its bits: stockpot inspect FILE"},
    {"doctor", jobs::doctor,
     "versions, ranks, hosts, GPUs, threads, Slurm settings, a known-answer collective; --data "
     "FOLDER: check data sets"},
    {"site", jobs::site,
     "write slurm/env/<cluster>.sh for this cluster: modules, program, launcher, partition, "
     "account, GPUs: stockpot site init"},
    {"bench", jobs::bench,
     "benchmarks, each a ratio of two things timed in one run: stockpot bench [ID ...] [--list]"},
};

void print_help() {
  std::puts(
      "stockpot: Instant Soup Pruning and its rivals as one MPI program\n\nusage: [mpirun -np R | "
      "srun --mpi=pmix] stockpot SUBCOMMAND ...\n");
  for (const auto& row : kJobs) std::printf("  %-9s %s\n", row.name, row.help);
  std::puts(
      "\n`stockpot SUBCOMMAND --help` says more. Exit codes: 0 done, 64 usage, 65 bad input, 70 "
      "internal, 73 run owned by another process,\n"
      "74 input/output, 75 stopped after a checkpoint, 76 hang, 77 not finite, 78 bad "
      "configuration, 79 ranks disagree.");
}

const Subcommand* row_of(const jobs::Words& words) {
  const auto* row = std::ranges::find_if(
      kJobs, [&](const Subcommand& r) { return !words.empty() && words[0] == r.name; });
  return row == std::end(kJobs) ? nullptr : row;
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::ranges::find(words, word) != words.end();
}

/// Whether the other processes will be in with_ranks, if they met no error.
bool goes_on_ranks(const jobs::Words& words) {
  const Subcommand* row = row_of(words);
  return row != nullptr && row->on_ranks && std::ranges::none_of(words, [](const auto& word) {
           return is_one_of(
               word, {"--help", "-h", "--help-all", "--help-methods", "--version", "-V", "--check",
                      "--dry-run", "--print-config", "--got-further"});
         });
}

ExitCode dispatch(const jobs::Words& words) {
  if (words.empty() || is_one_of(words[0], {"--help", "-h", "help", "--help-all"})) {
    print_help();
    return words.empty() ? ExitCode::usage : ExitCode::done;
  }
  if (is_one_of(words[0], {"--version", "-V"})) {
    std::puts(version_line().c_str());
    return ExitCode::done;
  }
  if (const Subcommand* row = row_of(words)) return row->job({words.begin() + 1, words.end()});
  std::vector<std::string> names;
  for (const auto& row : kJobs) names.emplace_back(row.name);
  const auto meant = config::nearest(words[0], names);
  throw UsageError("'" + words[0] + "' is not a subcommand", "",
                   meant.empty() ? "`stockpot --help` lists them" : "did you mean " + meant + "?");
}

/// Say what went wrong, once: by all ranks together where they may be waiting, else by the first.
int end_by(ExitCode code, const std::exception& error, const jobs::Words& words) {
  if (goes_on_ranks(words) && jobs::others_may_wait_for_us()) {
    code = jobs::end_by_early_error(code, error.what());
  } else if (jobs::launched_rank() == 0) {
    log_here(std::string("stockpot: ") + error.what());
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  secure_streams();
  const jobs::Words words{argv + 1, argv + argc};
  int code = 0;
  try {
    code = static_cast<int>(dispatch(words));
  } catch (const Error& error) {
    code = end_by(error.exit_code(), error, words);
  } catch (const std::exception& error) {
    code = end_by(ExitCode::internal, error, words);
  }
  // All that is owed to others is done. LibTorch would take its tables of operators apart now,
  // which takes longer than most subcommands.
  std::fflush(nullptr);
  std::_Exit(code);
}
