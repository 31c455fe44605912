// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

namespace stockpot {

/// Measures wall time in seconds on the monotonic clock.
class Stopwatch {
 public:
  double elapsed_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  void restart() { start_ = std::chrono::steady_clock::now(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace stockpot
