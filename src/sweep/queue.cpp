// SPDX-License-Identifier: Apache-2.0
#include "sweep/queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "core/error.hpp"
#include "core/hash.hpp"

namespace stockpot::sweep {
namespace {

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number < 0)
    return std::nullopt;
  return number;
}

/// Increasing numbers as `0-3,7`.
std::string list_of(std::span<const std::int64_t> numbers, std::int64_t first) {
  std::string list;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!list.empty()) list += ',';
    list += fmt::format("{}", numbers[i] - first);
    if (last > i) list += fmt::format("-{}", numbers[last] - first);
    i = last + 1;
  }
  return list;
}

}  // namespace

std::vector<ArrayChunk> chunks_of(const std::vector<std::int64_t>& points,
                                  std::int64_t max_array_size) {
  std::vector<ArrayChunk> chunks;
  for (auto begin = points.begin(); begin != points.end();) {
    const auto first = *begin - *begin % max_array_size;
    const auto end = std::lower_bound(begin, points.end(), first + max_array_size);
    chunks.push_back(
        {.first = first, .indices = list_of({begin, end}, first), .count = end - begin});
    begin = end;
  }
  return chunks;
}

std::string job_name_of(const std::filesystem::path& folder) {
  const auto hash = hash_bytes(std::as_bytes(std::span(folder.native())));
  return fmt::format("stockpot-{:012x}", hash >> 16);
}

std::string job_name_of(const std::filesystem::path& folder, const ArrayChunk& chunk) {
  return fmt::format("{}-{}", job_name_of(folder), chunk.first);
}

bool QueuedPoint::is_held() const {
  return reason.find("eld") != std::string::npos;  // JobHeldUser, JobHeldAdmin, ... requeued held
}

std::vector<QueuedPoint> queued_points_in(std::string_view lines, const std::string& job_name) {
  std::vector<QueuedPoint> points;
  const auto prefix = job_name + "-";
  for (const auto line : parts_of(lines, '\n')) {
    const auto fields = parts_of(line, '|');
    if (fields.size() != 4 || !fields[0].starts_with(prefix)) continue;
    const auto first = number_in(fields[0].substr(prefix.size())), index = number_in(fields[1]);
    if (!first || !index) continue;
    points.push_back({.point = *first + *index,
                      .job = std::string(fields[0]),
                      .state = std::string(fields[2]),
                      .reason = std::string(fields[3])});
  }
  return points;
}

std::int64_t max_array_size_in(std::string_view config) {
  constexpr std::int64_t kDefault = 1001;
  for (auto line : parts_of(config, '\n')) {
    if (!line.starts_with("MaxArraySize")) continue;
    line.remove_prefix(std::min(line.find_first_of("0123456789"), line.size()));
    const auto size = number_in(line.substr(0, line.find_first_not_of("0123456789")));
    return size && *size > 0 ? *size : kDefault;
  }
  return kDefault;
}

std::string job_number_in(std::string_view said) {
  const auto number = said.substr(0, said.find_first_of(";\n"));
  if (!number_in(number))
    throw DataError(fmt::format("sbatch answered \"{}\"", said), "not the number of a job");
  return std::string(number);
}

}  // namespace stockpot::sweep
