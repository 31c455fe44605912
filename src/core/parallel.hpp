// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <utility>

namespace stockpot {

/// Carries an exception out of an OpenMP region: one that leaves a region by itself ends the
/// process. Of several it is the one of the lowest index, so that the number of threads does not
/// show in a message.
class FirstFailure {
 public:
  /// Inside the region: do the work of `index`, and keep what it throws.
  template <typename Work>
  void guard(std::int64_t index, Work&& work) noexcept {
    try {
      std::forward<Work>(work)();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (index >= failed_at_) return;
      failed_at_ = index;
      thrown_ = std::current_exception();
    }
  }

  /// Behind the region: throw what was kept, if anything was.
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  std::mutex mutex_;
  std::int64_t failed_at_ = std::numeric_limits<std::int64_t>::max();
  std::exception_ptr thrown_;
};

/// Call body(i) for all i below `count` on `threads` threads, each of which has one range of i; all
/// are called, then what the lowest i has thrown is thrown.
template <typename Body>
void parallel_for(std::int64_t count, int threads, const Body& body) {
  FirstFailure failure;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) failure.guard(i, [&] { body(i); });
  failure.rethrow();
}

}  // namespace stockpot
