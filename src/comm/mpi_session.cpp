// SPDX-License-Identifier: Apache-2.0
#include "comm/mpi_session.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "comm/check.hpp"
#include "comm/handle.hpp"

namespace stockpot::comm {

void check_mpi(int code, std::source_location where) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0, rank = -1;
  MPI_Error_string(code, text, &length);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  throw CommError(std::string("MPI failed in ") + where.function_name() + " at " +
                      where.file_name() + ":" + std::to_string(where.line()),
                  std::string(text) + ", rank " + std::to_string(rank) + " on " + host);
}

MpiSession::MpiSession() {
  // A process that no launcher started would else start a daemon (orted) that serves
  // MPI_Comm_spawn alone, and wait for it a quarter of a second.
  ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  int provided = 0;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
  if (provided < MPI_THREAD_FUNNELED)
    throw CommError("this MPI library takes no program of several threads", "",
                    "build stockpot with a library that gives MPI_THREAD_FUNNELED");
}

MpiSession::~MpiSession() { MPI_Finalize(); }

bool MpiSession::has_begun() {
  int begun = 0;
  check_mpi(MPI_Initialized(&begun));
  return begun != 0;
}

Group MpiSession::world() const {
  MPI_Comm duplicate = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &duplicate));
  return {"world", std::make_unique<Handle>(duplicate)};
}

void MpiSession::abort(ExitCode code) {
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::_Exit(static_cast<int>(code));
}

Provenance MpiSession::provenance() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  check_mpi(MPI_Get_library_version(text, &length));
  return {{"mpi", library_name({text, static_cast<std::size_t>(length)})}};
}

std::string library_name(std::string_view version) {
  std::istringstream words(std::string(version.substr(0, version.find_first_of(",\n"))));
  std::string name, word;
  while (words >> word) name += (name.empty() ? "" : " ") + word;
  return name;
}

void refuse_singletons(const Group& world) {
  const char* tasks = std::getenv("SLURM_STEP_NUM_TASKS");
  const char* step = std::getenv("SLURM_STEP_ID");
  const char* launched_by_mpirun = std::getenv("OMPI_COMM_WORLD_SIZE");
  if (!tasks || !step || world.size() > 1 || launched_by_mpirun ||
      std::strtol(tasks, nullptr, 10) < 2)
    return;
  throw ConfigError(
      std::string("Slurm started ") + tasks + " tasks, but each of them is rank 0 of 1",
      "srun and MPI did not find each other, so this would be " + std::string(tasks) +
          " runs over each other",
      "use `srun --mpi=pmix`, with MPICH also `--mpi=pmi2` (see `srun --mpi=list`), or start the "
      "ranks by mpirun");
}

}  // namespace stockpot::comm
