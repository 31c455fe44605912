// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"

#include <exception>
#include <string>

#include "core/error.hpp"

namespace stockpot::comm {

void all_or_none(const Group& comm, const std::function<void()>& work) {
  int code = 0;
  std::string text;
  try {
    work();
  } catch (const Error& error) {
    code = static_cast<int>(error.exit_code());
    text = error.what();
  } catch (const std::exception& error) {
    code = static_cast<int>(ExitCode::internal);
    text = error.what();
  }
  if (comm.max(code) == 0) return;
  const auto reports = comm.gather(code == 0 ? std::string() : std::to_string(code) + " " + text);
  for (std::size_t rank = 0; rank < reports.size(); ++rank) {
    if (reports[rank].empty()) continue;
    const auto space = reports[rank].find(' ');
    const std::string who = rank == 0 ? "" : "rank " + std::to_string(rank) + ": ";
    throw AgreedError(static_cast<ExitCode>(std::stoi(reports[rank].substr(0, space))),
                      who + reports[rank].substr(space + 1));
  }
}

}  // namespace stockpot::comm
