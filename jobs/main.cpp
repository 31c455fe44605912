// SPDX-License-Identifier: Apache-2.0
// stockpot SUBCOMMAND ...: finds the job and turns what it throws into an exit code.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/log.hpp"
#include "core/provenance.hpp"
#include "jobs/job.hpp"

namespace {

using namespace stockpot;

struct Row {
  const char* name;
  jobs::Job job;
  const char* help;
};

constexpr Row kJobs[] = {
    {"run", jobs::run, "one run of a method: stockpot run CONFIG... [--section.key=value ...]"},
    {"predict", jobs::predict,
     "logits, features and labels of a run or of plain weights into HDF5: stockpot predict "
     "CONFIG|RUN --out FILE"},
    {"export", jobs::export_run,
     "a folder that other tools load: stockpot export RUN --format hf|masks|sparse --to DIR"},
    {"inspect", jobs::inspect,
     "say what a result or weights file holds, re-counted from its bits: stockpot inspect FILE"},
    {"doctor", jobs::doctor,
     "versions, ranks, hosts, GPUs, threads, Slurm settings, a known-answer collective; --data "
     "FOLDER: check data sets"},
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
      "74 input/output, 77 not finite, 78 bad configuration.");
}

/// Whether this process is the one that speaks before MPI has started: the launchers number their
/// processes in the environment.
bool is_first_process() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::string(rank) == "0";
  return true;
}

ExitCode dispatch(const jobs::Words& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "help") {
    print_help();
    return words.empty() ? ExitCode::usage : ExitCode::done;
  }
  if (words[0] == "--version") {
    std::puts(version_line().c_str());
    return ExitCode::done;
  }
  for (const auto& row : kJobs)
    if (words[0] == row.name) return row.job({words.begin() + 1, words.end()});
  throw UsageError("'" + words[0] + "' is not a subcommand", "", "`stockpot --help` lists them");
}

}  // namespace

int main(int argc, char** argv) {
  const auto report = [](const std::exception& error) {
    if (is_first_process()) stockpot::log_here(std::string("stockpot: ") + error.what());
  };
  try {
    return static_cast<int>(dispatch({argv + 1, argv + argc}));
  } catch (const stockpot::Error& error) {
    report(error);
    return static_cast<int>(error.exit_code());
  } catch (const std::exception& error) {
    report(error);
    return static_cast<int>(stockpot::ExitCode::internal);
  }
}
