// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "jobs/job.hpp"

// The subcommands of `stockpot sweep`; `words` are those behind their names.
namespace stockpot::jobs {

/// Write the plan of a grid of runs into a folder, after every point was checked.
ExitCode plan_sweep(const Words& words);

/// Do the points of a plan that are not complete, one after the other, on this machine.
ExitCode run_sweep(const Words& words);

/// Hand the points of a plan that are neither complete nor in the queue to Slurm, as job arrays.
ExitCode submit_sweep(const Words& words);

/// The same for those alone that failed.
ExitCode rerun_failed(const Words& words);

/// Take the points of a plan that wait or run out of Slurm's queue.
ExitCode cancel_sweep(const Words& words);

/// Print how far the points of a plan are.
ExitCode show_sweep(const Words& words);

}  // namespace stockpot::jobs
