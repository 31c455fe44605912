// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "checkpoint/attempts.hpp"
#include "checkpoint/checkpoints.hpp"
#include "comm/group.hpp"
#include "engine/run_state.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/setup.hpp"

namespace stockpot::jobs {

/// One start of a run, which may go on from a checkpoint of an earlier one.
struct Attempt {
  checkpoint::Run run;
  std::vector<checkpoint::Attempt> all;  ///< the earlier ones and this, on rank 0
};

/// Begin an attempt in a folder that is ready: where it has checkpoints, `state` becomes that of
/// the newest good one, and metrics.jsonl ends where it did. throws AgreedError: as
/// checkpoint::resume does; the folder cannot be written (74) collective over `world`
Attempt begin_attempt(const Setup& setup, const RunFolder& folder, engine::RunState& state,
                      const comm::Group& world);

}  // namespace stockpot::jobs
