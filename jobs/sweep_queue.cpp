// SPDX-License-Identifier: Apache-2.0
#include "jobs/sweep_queue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "jobs/slurm_facts.hpp"

namespace stockpot::jobs {

std::optional<std::vector<sweep::QueuedPoint>> ask_queue(const sweep::SweepFolder& folder) {
  const auto said =
      slurm_says({"squeue", "--noheader", "--array", fmt::format("--user={}", ::getuid()),
                  std::string("--format=") + sweep::kQueueFormat},
                 kPatience_s);
  if (!said) return std::nullopt;
  return sweep::queued_points_in(*said, sweep::job_name_of(folder.path()));
}

}  // namespace stockpot::jobs
