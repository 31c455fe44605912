// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "checkpoint/attempts.hpp"
#include "comm/gradient_reducer.hpp"
#include "engine/run_state.hpp"
#include "io/run_result.hpp"
#include "jobs/job.hpp"
#include "jobs/placement.hpp"
#include "jobs/setup.hpp"
#include "train/evaluate.hpp"

namespace stockpot::jobs {

/// How a run was executed; nothing of it is part of what it computed.
struct Execution {
  const comm::Group& group;
  const Placement& place;
  const comm::GradientReducer& reducer;
  const Words& words;                                ///< of the command line
  const std::vector<checkpoint::Attempt>& attempts;  ///< on rank 0
};

/// Versions, hosts, devices, the command line and all attempts of a run.
/// collective over the execution's group
Provenance provenance_of(const Execution& execution);

/// The result of a run that stands at the end of its program: settings, provenance, scores, counts,
/// masks, costs and rows.
///
/// test    scores on the test split
/// throws  LogicError if the mask has not the count that was asked for, or a pruned weight is not
/// 0;
///         AgreedError (79) if ranks hold different weights
/// collective over `group`
io::RunResult make_result(const Setup& setup, const engine::RunState& state,
                          const train::Evaluation& test, Provenance provenance,
                          const comm::Group& group);

/// The result of a run that ended before the end of its program: rows and costs up to there, no
/// masks, no test score (NaN).
///
/// failure  what ended it, as the user is told
io::RunResult make_failed_result(const Setup& setup, const engine::RunState& state,
                                 const std::string& failure, Provenance provenance);

/// The result in one line, as `run` prints it last.
std::string summary(const io::RunResult& result);

}  // namespace stockpot::jobs
