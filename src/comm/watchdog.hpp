// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "comm/group.hpp"

namespace stockpot::comm {

/// What a run is at, as far as its patience depends on it.
enum class Stage : std::uint8_t { begin, step, save, evaluation };

/// A thread that ends the job where it stands still: where no call of a group returns, no step ends
/// and no stage is entered or left for longer than the deadline. That is `hang_s`, or ten times
/// what the stage has taken so far (steps: the median of the last ones; others: the longest), where
/// that is more. Time in which this process was stopped (SIGSTOP, a suspended job) does not count.
///
/// The end: this rank says what it waits for, writes `hang-rank<r>.txt` (the last calls of all
/// groups, the stacks of all threads), gives other ranks a moment to do so too, and calls MPI_Abort
/// (76); an alarm ends the process if that does not return.
class Watchdog {
 public:
  /// hang_s  0: no thread, nothing is watched
  /// world   outlives this; the groups that came of it are watched too
  Watchdog(double hang_s, const Group& world);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Where the dump of a hang goes from now on; before, there is none. The folder is made then.
  void write_into(std::filesystem::path folder);

  /// The run has made a step, of a look-ahead too.
  void step_ended();

  /// While it lives the run is at `stage`; then it is again at what it was at.
  class [[nodiscard]] At {
   public:
    At(Watchdog& dog, Stage stage);
    ~At();
    At(const At&) = delete;
    At& operator=(const At&) = delete;

   private:
    Watchdog& dog_;
    Stage before_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  };

  /// Seconds of standing still that are too many at the present stage.
  double deadline_s() const;

 private:
  void watch();
  std::uint64_t progress() const;
  [[noreturn]] void end(double still_s) const;
  std::string words(double still_s) const;
  std::filesystem::path dump(const std::string& words) const;

  const double hang_s_;
  const Group& world_;
  mutable std::mutex mutex_;  ///< over what follows
  std::condition_variable wakes_;
  bool ends_ = false;
  std::uint64_t ticks_ = 0;
  Stage stage_ = Stage::begin;
  double longest_save_s_ = 0, longest_evaluation_s_ = 0;
  std::deque<double> steps_s_;  ///< the last ones
  std::chrono::steady_clock::time_point last_step_{};
  std::filesystem::path folder_;
  std::thread thread_;
};

/// The text of a dump: the last calls of every group, oldest first, `*` before those that wait.
std::string text_of_calls(const FlightRecords& records);

}  // namespace stockpot::comm
