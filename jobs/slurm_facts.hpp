// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::jobs {

/// A partition as sinfo shows it.
struct Partition {
  std::string name;
  bool is_default = false;
  int gpus_per_node = 0;  ///< of its nodes that have most
  friend bool operator==(const Partition&, const Partition&) = default;
};

/// What Slurm says about itself; empty members: it did not say.
struct SlurmFacts {
  std::string cluster;                   ///< ClusterName
  std::vector<Partition> partitions;     ///< in Slurm's order
  std::vector<std::string> mpi_plugins;  ///< what srun --mpi takes
  std::string account;                   ///< that jobs of this user are booked on
};

/// What a command of Slurm prints where it ends well in time; nothing where it does not, or is not
/// there.
std::optional<std::string> slurm_says(std::vector<std::string> words, int seconds = 10);

/// Ask the Slurm of this machine by its own commands, ten seconds each at most.
SlurmFacts ask_slurm();

/// ClusterName in what `scontrol show config` prints; empty: it is not there.
std::string cluster_name_in(std::string_view config);

/// Partitions in what `sinfo --noheader --format='%P|%G'` prints, a line for each kind of nodes of
/// each: `main*|gpu:a100:4(S:0-1)`. source: sinfo(1), --format
std::vector<Partition> partitions_in(std::string_view lines);

/// The plugins in what `srun --mpi=list` prints. source: Slurm's MPI guide
std::vector<std::string> mpi_plugins_in(std::string_view list);

}  // namespace stockpot::jobs
