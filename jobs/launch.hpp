// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <initializer_list>

namespace stockpot::jobs {

/// Number of the first of these variables that the environment has; `otherwise` where it has none.
inline int number_in_environment(std::initializer_list<const char*> names, int otherwise) {
  for (const char* name : names)
    if (const char* number = std::getenv(name))
      return static_cast<int>(std::strtol(number, nullptr, 10));
  return otherwise;
}

/// Rank of this process and number of ranks as launchers tell them before MPI has begun (Open MPI,
/// PMIx, MPICH, Slurm); rank 0 of 1 without a launcher.
inline int launched_rank() {
  return number_in_environment({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"},
                               0);
}
inline int launched_ranks() {
  return number_in_environment({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}, 1);
}

}  // namespace stockpot::jobs
