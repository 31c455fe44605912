// SPDX-License-Identifier: Apache-2.0
#include "bench/benchmark.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace stockpot::bench {

Timings time_interleaved(const Setting& setting, int rounds, const std::function<void()>& ours,
                         const std::function<void()>& peer) {
  if (setting.rounds > 0) rounds = setting.rounds;
  Timings timings;
  const auto timed = [](const std::function<void()>& work, std::vector<double>& into) {
    const Stopwatch watch;
    work();
    into.push_back(watch.elapsed_s());
  };
  ours();
  peer();
  for (int round = 0; round < rounds; ++round) {
    if (round % 2 == 0) timed(ours, timings.ours_s);
    timed(peer, timings.peer_s);
    if (round % 2 == 1) timed(ours, timings.ours_s);
  }
  return timings;
}

Ratios ratios_of(const Timings& timings, Goal::Kind kind) {
  expect(!timings.ours_s.empty() && timings.ours_s.size() == timings.peer_s.size(),
         "a benchmark needs as many timings of both sides");
  std::vector<double> ratios;
  for (std::size_t i = 0; i < timings.ours_s.size(); ++i)
    ratios.push_back(kind == Goal::Kind::at_least ? timings.peer_s[i] / timings.ours_s[i]
                                                  : timings.ours_s[i] / timings.peer_s[i]);
  std::ranges::sort(ratios);
  const std::size_t half = ratios.size() / 2;
  const double median =
      ratios.size() % 2 == 1 ? ratios[half] : (ratios[half - 1] + ratios[half]) / 2;
  return {median, ratios.front(), ratios.back()};
}

std::string_view verdict(const Ratios& ratios, const Goal& goal) {
  const bool at_least = goal.kind == Goal::Kind::at_least;
  const auto good = [&](double ratio) {
    return at_least ? ratio >= goal.ratio : ratio <= goal.ratio;
  };
  if (good(ratios.median)) return "met";
  return good(at_least ? ratios.most : ratios.least) ? "unclear" : "missed";
}

std::int64_t scaled(std::int64_t full, const Setting& setting, std::int64_t least) {
  return std::max(
      least, static_cast<std::int64_t>(std::llround(static_cast<double>(full) * setting.scale)));
}

}  // namespace stockpot::bench
