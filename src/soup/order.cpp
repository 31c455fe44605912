// SPDX-License-Identifier: Apache-2.0
#include "soup/order.hpp"

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "core/index.hpp"

namespace stockpot::soup {
namespace {

std::int64_t target_of(std::span<const io::SoupMemberRow> members, std::int64_t keep) {
  for (auto i = std::ssize(members) - 1; i >= 0; --i)
    if (at(members, i).kept == keep) return i;
  throw LogicError("no member of the soup keeps the number of weights asked for",
                   std::to_string(keep));
}

/// Neighbours of `target` in `by_count` (densest first), denser before sparser.
std::vector<std::int64_t> neighbours(const std::vector<std::int64_t>& by_count,
                                     std::int64_t target) {
  const auto place = std::ranges::find(by_count, target) - by_count.begin();
  std::vector<std::int64_t> found;
  for (std::int64_t away = 1; away < std::ssize(by_count); ++away) {
    if (place - away >= 0) found.push_back(at(by_count, place - away));
    if (place + away < std::ssize(by_count)) found.push_back(at(by_count, place + away));
  }
  return found;
}

}  // namespace

Lineup line_up(const Recipe& recipe, std::span<const io::SoupMemberRow> members,
               std::int64_t keep) {
  expect(!members.empty(), "a soup without members");
  Lineup lineup;
  auto& order = lineup.candidates;
  order.resize(members.size());
  std::iota(order.begin(), order.end(), 0);
  if (recipe.order == Order::by_validation)
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](auto i) { return at(members, i).validation; });
  if (recipe.order == Order::by_adjacency) {
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](auto i) { return at(members, i).kept; });
    lineup.start = target_of(members, keep);
    order = neighbours(order, lineup.start);
  } else if (recipe.start != Start::network) {
    lineup.start = order.front();
    order.erase(order.begin());
  }
  return lineup;
}

}  // namespace stockpot::soup
