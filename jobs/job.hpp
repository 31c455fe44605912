#pragma once
#include <functional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {

using Words = std::vector<std::string>;

/// A subcommand: `words` are those behind its name; returns the exit code.
using Job = ExitCode (*)(const Words& words);

ExitCode run(const Words& words);
ExitCode doctor(const Words& words);
ExitCode inspect(const Words& words);
ExitCode bench(const Words& words);

/// Start MPI, do `work` on all ranks, and end them in good order.
///
/// An AgreedError is printed by rank 0 and becomes the exit code. Any other error is this rank's alone while the others may wait in
/// a collective: it is printed with the rank and ends the job by MPI_Abort.
ExitCode with_ranks(const std::function<ExitCode(const comm::Communicator& world)>& work);

}  // namespace stockpot::jobs
