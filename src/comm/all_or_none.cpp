#include "comm/all_or_none.hpp"

#include <exception>
#include <new>
#include <string>

#include "core/error.hpp"

namespace stockpot::comm {

void all_or_none(const Communicator& comm, const std::function<void()>& work) {
  std::exception_ptr mine;
  int code = 0;
  std::string text;
  try {
    work();
  } catch (const Error& error) {
    mine = std::current_exception();
    code = static_cast<int>(error.exit_code());
    text = error.what();
  } catch (const std::exception& error) {
    mine = std::current_exception();
    code = static_cast<int>(ExitCode::internal);
    text = error.what();
  }
  if (comm.max(code) == 0) return;
  if (mine && comm.size() == 1) std::rethrow_exception(mine);
  const auto reports = comm.gather(code == 0 ? std::string() : std::to_string(code) + " " + text);
  if (mine) std::rethrow_exception(mine);
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    if (reports[rank].empty()) continue;
    const auto space = reports[rank].find(' ');
    throw PeerError(static_cast<ExitCode>(std::stoi(reports[rank].substr(0, space))), "rank " + std::to_string(rank) + ": " + reports[rank].substr(space + 1));
  }
}

}  // namespace stockpot::comm
