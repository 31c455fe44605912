// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

void require_equal(const Group& group, std::int64_t count, const std::string& what) {
  if (group.same_on_all_ranks(static_cast<std::uint64_t>(count))) return;
  const auto counts = group.gather(std::to_string(count));
  throw AgreedError(ExitCode::bad_input,
                    fmt::format("ranks 0 to {} hold different numbers of {}: {}", group.size() - 1,
                                what, fmt::join(counts, ", ")));
}

}  // namespace stockpot::comm
