// SPDX-License-Identifier: Apache-2.0
#include "jobs/sweep_queue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "core/error.hpp"
#include "jobs/child.hpp"

namespace stockpot::jobs {

std::optional<std::vector<sweep::QueuedPoint>> ask_queue(const sweep::SweepFolder& folder) {
  try {
    const auto said = ask_child({"timeout", "20", "squeue", "--noheader", "--array",
                                 fmt::format("--user={}", ::getuid()),
                                 std::string("--format=") + sweep::kQueueFormat});
    if (said.code != 0) return std::nullopt;
    return sweep::queued_points_in(said.text, sweep::job_name_of(folder.path()));
  } catch (const IoError&) {
    return std::nullopt;  // no such program here
  }
}

}  // namespace stockpot::jobs
