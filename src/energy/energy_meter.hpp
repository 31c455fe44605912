// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace stockpot::energy {

/// A part of the machine that counts the energy it draws.
struct Counter {
  std::string name;                ///< such as package-0 or NVIDIA H200
  std::function<double()> joules;  ///< since some moment; NaN where it cannot be read
};

/// Energy drawn by some parts of the machine, whoever uses them. A counter that fails once makes
/// the sum NaN for good: a part of the energy is never shown as the whole.
class EnergyMeter {
 public:
  /// How old a reading may be that is used again: reading costs system calls, counters move once
  /// in 1 to 100 ms, and differences of one reading to the next add up to the whole anyway.
  static constexpr std::chrono::milliseconds kFresh{10};

  EnergyMeter() = default;
  explicit EnergyMeter(std::vector<Counter> counters) : counters_(std::move(counters)) {}

  /// J since some moment; NaN without counters.
  double joules();

 private:
  std::vector<Counter> counters_;
  std::chrono::steady_clock::time_point read_at_{};
  double joules_ = std::numeric_limits<double>::quiet_NaN();
  bool was_read_ = false;
};

/// The meter of this process, as the monotonic clock is its clock; without counters until
/// `measure` is called. For one thread.
EnergyMeter& meter();

/// Let the meter of this process read `counters` from now on.
void measure(std::vector<Counter> counters);

}  // namespace stockpot::energy
