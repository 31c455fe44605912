// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "comm/group.hpp"

namespace stockpot::comm {

/// Where this rank may run, beside the other ranks of its node.
struct CoreShare {
  int cores = 1;    ///< cores (not hardware threads) that the scheduler lets this rank use
  int sharers = 1;  ///< ranks of the node that may use any of them, this one included
};

/// Ask the operating system for this rank's affinity mask, and compare it with those of the ranks
/// on its node.
///
/// collective over `group`
CoreShare share_of_cores(const Group& group);

/// What decides how many threads a rank starts.
struct ThreadChoice {
  std::int64_t asked = 0;              ///< dist.threads; 0: not asked for
  bool one = false;                    ///< bits must not depend on the number of threads
  std::optional<int> omp_num_threads;  ///< of the environment: per rank already
  CoreShare share;
};

/// Threads of this rank, at least 1: as asked; else 1 where bits must not depend on them; else
/// OMP_NUM_THREADS as it is; else the cores of its mask, divided by the ranks only where they share
/// it. (Under Slurm OMP_NUM_THREADS, and where tasks are bound the mask too, are per rank: dividing
/// them by the ranks of the node would leave most cores idle.)
int threads_of_rank(const ThreadChoice& choice);

/// The number in OMP_NUM_THREADS (of a list, `4,2`, the first); none where it is not a positive
/// one.
std::optional<int> parse_omp_num_threads(const char* value);

/// CPUs by number, one bit each: the affinity mask of this process.
using CpuMask = std::vector<std::uint64_t>;
CpuMask cpus_of_process();

/// Masks of one node that have a CPU in common with `mine`, itself included.
int count_sharers(const CpuMask& mine, std::span<const CpuMask> of_node);

/// The CPUs in a list of Linux, `0-3,8`, as /sys writes them.
CpuMask parse_cpu_list(std::string_view list);

}  // namespace stockpot::comm
