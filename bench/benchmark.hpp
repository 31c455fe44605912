// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "comm/group.hpp"

// A benchmark is a ratio of two things timed in one process, in interleaved rounds, with their
// outputs checked equal in the same run: machines swing several-fold within minutes, ratios of
// neighbours in time do not. Add one: one file, one row in catalogue.cpp.
namespace stockpot::bench {

/// How large and how long.
struct Setting {
  double scale = 1.0;                  ///< of the full problem size; small for a smoke run
  int threads = 1;                     ///< for both sides, of each rank
  int rounds = 0;                      ///< 0: what the benchmark asks for
  const comm::Group* ranks = nullptr;  ///< who takes part; set for benchmarks `on_ranks`
};

/// Seconds of both sides, one entry per round.
struct Timings {
  std::vector<double> ours_s, peer_s;
};

/// What counts as good.
struct Goal {
  enum class Kind {
    at_least,
    at_most
  } kind;  ///< at_least: of peer / ours (faster than the peer); at_most: of ours / peer (cost over
           ///< a floor)
  double ratio;
};

/// A row of the catalogue.
struct Benchmark {
  std::string_view id;
  std::string_view what;  ///< one line: our work, and the peer
  Goal goal;
  /// Do both sides and check that they agree; LogicError where they do not.
  std::function<Timings(const Setting&)> run;
  bool on_ranks = false;  ///< all ranks do it together; the others are for one process
};

/// Every benchmark, in the order in which they run.
const std::vector<Benchmark>& catalogue();

/// Run both sides once untimed, then in turn `setting.rounds` (0: `rounds`) times, the first of a
/// round alternating.
Timings time_interleaved(const Setting& setting, int rounds, const std::function<void()>& ours,
                         const std::function<void()>& peer);

/// The ratios of a benchmark, as its goal counts them.
struct Ratios {
  double median = 0, least = 0, most = 0;
};
Ratios ratios_of(const Timings& timings, Goal::Kind kind);

/// `met` or `missed` by the median; `unclear` where the median misses and single rounds do not.
std::string_view verdict(const Ratios& ratios, const Goal& goal);

/// `full` elements at scale 1, at least `least`.
std::int64_t scaled(std::int64_t full, const Setting& setting, std::int64_t least = 1);

}  // namespace stockpot::bench
