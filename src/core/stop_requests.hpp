// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace stockpot {

/// Seconds since this process was started, by the kernel's clock.
double process_age_s();

/// While it lives, SIGTERM, SIGINT and SIGUSR2, which ask this process to stop, are taken by one
/// thread and interrupt nothing; so is a limit of wall time. Signals that were ignored stay
/// ignored. Make it before MPI and LibTorch start threads: they inherit that the signals are
/// blocked. (Programs that are started by ::popen inherit it too.)
class StopRequests {
 public:
  /// speaks  false: says nothing (ranks other than 0)
  /// limit_s  ask to stop at this age of the process
  explicit StopRequests(bool speaks, std::optional<double> limit_s = std::nullopt);
  ~StopRequests();
  StopRequests(const StopRequests&) = delete;
  StopRequests& operator=(const StopRequests&) = delete;

  /// From now on what ends this process at once says `stockpot: interrupted; <line>` first.
  void prepare(std::string_view line);

  /// While it lives, `stop` is called by the first request, from the thread that takes them; more
  /// requests change nothing, then and later, but a second SIGINT ends the process at once. Where
  /// none lives, SIGTERM and SIGINT end the process as they always do; SIGUSR2 and the limit wait
  /// for one.
  class [[nodiscard]] Taker {
   public:
    /// line  what follows from stopping, said at the first request
    Taker(StopRequests& requests, std::function<void()> stop, std::string line);
    ~Taker();
    Taker(const Taker&) = delete;
    Taker& operator=(const Taker&) = delete;

    /// The process stops because another one was asked: as if this one had been.
    void others_were_asked();

   private:
    StopRequests& requests_;
  };

 private:
  void watch();
  void take(int signal);
  void request(const std::string& why);
  void pass_on();
  void say(const std::string& line) const;
  [[noreturn]] void end_by(int signal, const std::string& how);

  const bool speaks_;
  const std::optional<double> limit_s_;
  sigset_t taken_{}, before_{};
  std::mutex mutex_;  ///< over what follows
  std::string line_, taker_line_;
  std::function<void()> stop_;
  std::string why_;  ///< of the first request; empty: there was none
  bool passed_on_ = false, interrupted_ = false;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace stockpot
