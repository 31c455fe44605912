// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "config/command_line.hpp"
#include "config/run_config.hpp"

namespace stockpot::jobs {

inline constexpr const char* kRunUsage =
    "[mpirun -np R | srun --mpi=pmix] stockpot run CONFIG|RUN_FOLDER... [--section.key=value ...]";

/// What is to be run, and the folder that it goes to.
struct RunRequest {
  config::RunConfig config;
  std::filesystem::path folder;
};

/// The settings that the words of `run` ask for. A run folder stands for its config.ini, and where
/// nothing that has an effect on the result is changed, the run goes to that very folder, whatever
/// its name; else to --run-dir, or `<run_root>/<name>-<run id>`.
///
/// throws  UsageError where the line says nothing about what to run; ConfigError
RunRequest read_run_request(const config::CommandLine& line);

}  // namespace stockpot::jobs
