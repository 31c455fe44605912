// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"

#include <exception>
#include <string>

#include "core/error.hpp"
#include "core/provenance.hpp"

namespace stockpot::comm {

void all_or_none(const Group& group, const std::function<void()>& work) {
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
  if (group.max(code) == 0) return;
  const auto codes = group.gather(std::to_string(code)), texts = group.gather(text),
             hosts = group.gather(host_name());
  std::size_t first = 0;
  while (codes[first] == "0") ++first;
  const std::string who =
      first == 0 ? "" : "rank " + std::to_string(first) + " on " + hosts[first] + ": ";
  throw AgreedError(static_cast<ExitCode>(std::stoi(codes[first])), who + texts[first]);
}

}  // namespace stockpot::comm
