// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/stopwatch.hpp"

namespace stockpot {

/// Shows how far a run is, with the time that is left, time per step and samples per second: one
/// line rewritten in place on a terminal, a short line every `kLogEvery_s` seconds otherwise (a
/// Slurm log stays readable).
class Progress {
 public:
  /// label  what is running, e.g. "isp"; total_steps >= 1; shown only on the rank that passes
  /// `visible`.
  Progress(std::string label, std::int64_t total_steps, bool visible);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Count time from now on: what came before (weights, a head to be made) is no step's.
  /// done_before  steps that an earlier start of the run has done
  void start(std::int64_t done_before = 0);

  /// Say that `steps` more steps are done, on `samples` samples of all ranks together; `detail`
  /// (phase, loss) is shown behind the bar.
  void advance(std::int64_t steps, std::int64_t samples, std::string_view detail);

 private:
  static constexpr double kLogEvery_s = 15.0;
  static constexpr double kDrawEvery_s = 0.2;
  std::string line(std::string_view detail) const;

  std::string label_;
  std::int64_t total_, before_ = 0, done_ = 0, samples_ = 0;
  bool visible_, terminal_;
  Stopwatch since_start_, since_drawn_;
};

}  // namespace stockpot
