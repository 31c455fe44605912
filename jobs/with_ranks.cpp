// SPDX-License-Identifier: Apache-2.0
#include "jobs/with_ranks.hpp"

#include <chrono>
#include <new>
#include <span>

#include "comm/all_or_none.hpp"
#include "comm/mpi_session.hpp"
#include "core/crash_report.hpp"
#include "core/hash.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "jobs/job.hpp"
#include "jobs/launch.hpp"

namespace stockpot::jobs {
namespace {

/// How long a rank with an error of its own waits for the others to come with the same one.
constexpr std::chrono::milliseconds kPatience{3000};

/// An error and, as far as collective calls tell, the place where it was thrown.
std::uint64_t fingerprint(ExitCode code, const std::string& text, const comm::Group& world) {
  const std::uint64_t place[] = {static_cast<std::uint64_t>(code), world.record().collectives()};
  return hash_bytes(std::as_bytes(std::span(place)), hash_bytes(std::as_bytes(std::span(text))));
}

/// Leave by an error that was not agreed on. Where all ranks come with it from the same place (all
/// refuse the same setting), they leave in good order with one message. Else the others may wait in
/// a collective for ever: MPI_Abort.
ExitCode leave(ExitCode code, const std::string& text, const comm::Group& world,
               const comm::Group& ends) {
  bool together = false;
  try {
    together = ends.same_on_all_ranks_within(fingerprint(code, text, world), kPatience);
  } catch (const CommError&) {
    together = false;  // MPI itself is what broke
  }
  if (!together) {
    log_here("stockpot: on " + host_name() + ": " + text);
    comm::MpiSession::abort(code);
  }
  if (world.is_root()) log_here("stockpot: " + text);
  return code;
}

using Work = std::function<ExitCode(const comm::Group&)>;

/// before  what this rank knows already; all hear of it before the work begins
ExitCode with_ranks_after(const std::function<void()>& before, const Work& work) {
  const comm::MpiSession session;
  const auto world = session.world();
  set_log_rank(world.rank(), world.size());
  report_crashes();
  const auto ends = world.split("ends", 0, world.rank());
  try {
    comm::refuse_singletons(world);
    comm::all_or_none(world, before);
    return work(world);
  } catch (const AgreedError& error) {
    if (world.is_root()) log_here(std::string("stockpot: ") + error.what());
    return error.exit_code();
  } catch (const Error& error) {
    if (world.size() > 1) return leave(error.exit_code(), error.what(), world, ends);
    throw;
  } catch (const std::bad_alloc& error) {
    if (world.size() > 1)
      return leave(ExitCode::internal, std::string("out of memory (") + error.what() + ")", world,
                   ends);
    throw;
  } catch (const std::exception& error) {
    if (world.size() > 1) return leave(ExitCode::internal, error.what(), world, ends);
    throw;
  }
}

}  // namespace

ExitCode with_ranks(const Work& work) {
  return with_ranks_after([] {}, work);
}

bool others_may_wait_for_us() { return !comm::MpiSession::has_begun() && launched_ranks() > 1; }

ExitCode end_by_early_error(ExitCode code, const std::string& text) {
  return with_ranks_after([&] { throw AgreedError(code, text); },
                          [](const comm::Group&) { return ExitCode::internal; });
}

}  // namespace stockpot::jobs
