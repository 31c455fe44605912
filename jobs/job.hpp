// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "comm/group.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {

using Words = std::vector<std::string>;

/// A subcommand: `words` are those behind its name; returns the exit code.
using Job = ExitCode (*)(const Words& words);

/// Train and prune as the settings say; `stockpot run --help`.
ExitCode run(const Words& words);

/// `predict CONFIG|RUN --out FILE`: one row per sample of a split into HDF5; `stockpot predict
/// --help`.
ExitCode predict(const Words& words);

/// `export RUN --format hf|masks|sparse --to DIR`: a folder that other tools load
/// (docs/export_format.md), re-counted from what was written.
ExitCode export_run(const Words& words);

/// Print what a bug report needs; under a launcher also how the ranks landed. `doctor --data ...`:
/// check data sets.
ExitCode doctor(const Words& words);

/// `site init [--force]`: write slurm/env/<cluster>.sh for the cluster that this machine belongs
/// to, and say what was found. throws ConfigError where there is no cluster; IoError where the file
/// is there
ExitCode site(const Words& words);

/// `sweep plan|run|submit|status|rerun-failed|cancel`: a grid of runs as one folder; `stockpot
/// sweep --help`.
ExitCode sweep(const Words& words);

/// `inspect FILE`: print what a result, a safetensors file or folder, or a run folder holds,
/// re-counted from its bits. throws DataError
ExitCode inspect(const Words& words);

/// `bench [ID ...] [--list] [--json FILE] [--scale X] [--threads N] [--rounds N]`: run the named
/// benchmarks (default: all) and print one line each: the median ratio, its smallest and largest,
/// the goal, and whether it was met. A missed goal is no error (the machine may be busy); outputs
/// that disagree are.
ExitCode bench(const Words& words);

/// Start MPI, do `work` on all ranks, and end them in good order.
///
/// An AgreedError is printed by rank 0 and becomes the exit code; so is any other error that all
/// ranks throw from the same place. An error of this rank alone, while the others may wait in a
/// collective, is printed with rank and host and ends the job by MPI_Abort (docs/decisions/0003).
ExitCode with_ranks(const std::function<ExitCode(const comm::Group& world)>& work);

}  // namespace stockpot::jobs
