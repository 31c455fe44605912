// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "core/error.hpp"

namespace stockpot::jobs {

/// Whether a launcher started this process as one of several, and MPI has not begun in it.
bool others_may_wait_for_us();

/// End a job by an error that this process met before its with_ranks: a configuration file that
/// only this node cannot read. The other ranks learn of it at the beginning of theirs, whether they
/// met an error or not; so there is one message, and all leave in good order. Not for jobs that may
/// end without with_ranks on other ranks.
ExitCode end_by_early_error(ExitCode code, const std::string& text);

}  // namespace stockpot::jobs
