// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace stockpot::comm {

/// What a call waits for: all ranks of the group, or one partner.
enum class CallKind : std::uint8_t { collective, point_to_point };

/// One call of a group, as its flight record knows it.
struct CallRecord {
  std::uint64_t sequence = 0;     ///< calls of this rank in this group so far, this one included
  std::uint64_t collectives = 0;  ///< of these the collective ones: equal on all ranks, unless one
                                  ///< of them has left the common path
  const char* name = "";          ///< a literal
  std::uint64_t bytes = 0;        ///< this rank's part
  bool done = false;              ///< false: it waits still, or it failed
};

/// The last calls of one group on this rank, for the words after a hang or an error. One thread
/// writes (the one that makes MPI calls); any thread may read at any time. A call costs a few
/// stores.
class FlightRecord {
 public:
  static constexpr std::size_t kCalls = 256;

  explicit FlightRecord(std::string group = "") : group_(std::move(group)) {}

  /// Name of the group.
  const std::string& group() const { return group_; }

  /// Note that a call begins; returns its sequence number.
  std::uint64_t begin(const char* name, std::uint64_t bytes, CallKind kind);

  /// Note that call `sequence` has returned.
  void finish(std::uint64_t sequence);

  std::uint64_t sequence() const { return sequence_.load(std::memory_order_acquire); }
  std::uint64_t collectives() const { return collectives_.load(std::memory_order_acquire); }
  /// How many calls have returned.
  std::uint64_t returned() const { return returned_.load(std::memory_order_acquire); }

  /// The last calls, oldest first.
  std::vector<CallRecord> calls() const;

 private:
  /// `sequence` is 0 while the slot is being filled, and is read before and after the rest.
  struct Slot {
    std::atomic<std::uint64_t> sequence{0}, collectives{0}, bytes{0};
    std::atomic<const char*> name{""};
    std::atomic<bool> done{false};
  };

  const std::string group_;
  std::array<Slot, kCalls> slots_;
  std::atomic<std::uint64_t> sequence_{0}, collectives_{0}, returned_{0};
};

/// The records of a group and of all groups that came of it, for who watches them. Any thread may
/// ask.
class FlightRecords {
 public:
  std::shared_ptr<FlightRecord> make(std::string group);

  /// Those of the groups that live, the oldest first.
  std::vector<std::shared_ptr<const FlightRecord>> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<const FlightRecord>> records_;
};

}  // namespace stockpot::comm
