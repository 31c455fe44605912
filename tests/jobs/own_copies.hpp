// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "jobs/program.hpp"

namespace stockpot::test {

/// What a rank calls the folder it is started in: a path that is equal on all ranks.
inline constexpr const char* kOwnFolder = "/proc/self/cwd/.";

/// Run `stockpot <words>` on two ranks, each started in a folder of its own: seen-by-0 or seen-by-1
/// of `folder`.
inline Ended in_own_folders(const std::filesystem::path& folder, const std::string& words) {
  return shell("timeout 60 " STOCKPOT_MPIEXEC " -np 2 sh -c 'cd " + folder.string() +
               "/seen-by-${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; exec " STOCKPOT_PROGRAM " " + words +
               "'");
}

}  // namespace stockpot::test
