// SPDX-License-Identifier: Apache-2.0
#include "comm/mpi_session.hpp"
#include "core/log.hpp"
#include "jobs/job.hpp"

namespace stockpot::jobs {
namespace {

[[noreturn]] void end_all(ExitCode code, const char* text) {
  log_here(std::string("stockpot: ") + text);
  comm::MpiSession::abort(code);
}

}  // namespace

ExitCode with_ranks(const std::function<ExitCode(const comm::Group&)>& work) {
  const comm::MpiSession session;
  const auto world = session.world();
  set_log_rank(world.rank(), world.size());
  try {
    comm::refuse_singletons(world);
    return work(world);
  } catch (const AgreedError& error) {
    if (world.is_root()) log_here(std::string("stockpot: ") + error.what());
    return error.exit_code();
  } catch (const Error& error) {
    if (world.size() > 1) end_all(error.exit_code(), error.what());
    throw;
  } catch (const std::exception& error) {
    if (world.size() > 1) end_all(ExitCode::internal, error.what());
    throw;
  }
}

}  // namespace stockpot::jobs
