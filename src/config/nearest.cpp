// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.hpp"

#include <algorithm>

namespace stockpot::config {
namespace {

std::string_view last_part(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}  // npos + 1 is 0

/// Up to the last dot, without it; empty where there is none.
std::string_view section(std::string_view key) {
  const auto dot = key.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::size_t tolerance(std::string_view typed) { return std::max<std::size_t>(1, typed.size() / 3); }

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // distance[i][j]: from the first i letters of a to the first j of b
  std::vector<std::vector<std::size_t>> distance(a.size() + 1,
                                                 std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      auto& here = distance[i][j];
      if (i == 0 || j == 0) {
        here = i + j;
        continue;
      }
      here = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1,
                       distance[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) here = std::min(here, distance[i - 2][j - 2] + 1);
    }
  }
  return distance.back().back();
}

std::string nearest(std::string_view typed, const std::vector<std::string>& candidates) {
  // a key of a section that there is may have been meant for another; of any other section, not
  const bool section_is_known =
      section(typed).empty() || std::ranges::any_of(candidates, [&](const auto& candidate) {
        return section(candidate) == section(typed);
      });
  std::string best;
  std::size_t best_distance = typed.size();
  const auto offer = [&](const std::string& candidate, std::size_t distance) {
    if (distance < best_distance) best = candidate, best_distance = distance;
  };
  for (const std::string& candidate : candidates) {
    if (candidate.empty()) continue;
    const std::size_t whole = edit_distance(typed, candidate);
    if (whole <= tolerance(typed)) offer(candidate, whole);
    if (!section_is_known) continue;
    const std::size_t last = edit_distance(last_part(typed), last_part(candidate));
    if (last <= tolerance(last_part(typed))) offer(candidate, last + 1);
  }
  return best;
}

}  // namespace stockpot::config
