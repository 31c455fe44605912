// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "comm/flight_record.hpp"

namespace stockpot::comm {

struct Handle;

/// Bytes of one MPI call where a message may be split: MPI counts are `int`.
inline constexpr std::size_t kLargestMessage = std::size_t{1} << 30;

/// An owned group of ranks with a name, and what they do together. Every member function but the
/// plain getters, `alone`, `send` and `receive` is **collective over this group**: every rank must
/// call it, in the same order, with equal sizes where nothing else is said. All throw CommError.
///
/// Example:
///     const Group node = world.node_local();
///     std::vector<float> gradient{0.5F, 2};
///     node.sum(std::span(gradient));
///     EXPECT_EQ(gradient[1], 2.0F * static_cast<float>(node.size()));
///
/// Counts above 2^31 are split; element types are the fixed-width ones (Open MPI vectorises
/// `MPI_UINT64_T`, not `MPI_UNSIGNED_LONG`).
class Group {
 public:
  /// Takes over `handle`; asks MPI for rank and size once. Not collective.
  ///
  /// records  of the group that it came of, which get that of this one too
  Group(std::string name, std::unique_ptr<Handle> handle,
        std::shared_ptr<FlightRecords> records = std::make_shared<FlightRecords>());
  ~Group();
  Group(Group&& other) noexcept;
  Group& operator=(Group&& other) noexcept;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// What messages call it: world, node, ...
  const std::string& name() const { return name_; }
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }

  /// The ranks that passed the same `color` (>= 0), ordered by `key`, then by rank here.
  Group split(std::string name, int color, int key) const;

  /// The ranks that share this rank's node.
  Group node_local() const;

  /// This rank alone. Not collective.
  Group alone() const;

  void barrier() const;

  /// values  in: this rank's part, out: the sum over ranks (order of additions is MPI's: bits
  /// depend on the number of ranks; integers are exact)
  void sum(std::span<float> values) const;
  void sum(std::span<double> values) const;
  void sum(std::span<std::int64_t> values) const;
  void sum(std::span<std::uint16_t> values) const;

  /// words  in: this rank's bits, out: bit-wise OR over ranks (MPI_Allreduce, MPI_BOR)
  void unite(std::span<std::uint64_t> words) const;

  /// Largest value of any rank.
  int max(int value) const;
  std::int64_t max(std::int64_t value) const;

  /// Copies rank `root`'s bytes to every rank; sizes are equal on all ranks.
  void broadcast(std::span<std::byte> bytes, int root = 0) const;

  template <typename T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast(std::as_writable_bytes(values), root);
  }

  /// Rank 0's text on every rank.
  std::string broadcast(std::string text) const;

  /// Every rank's bytes, in rank order, on every rank. Ranks may pass different amounts, and more
  /// than 2^31 bytes together: beyond `largest_message` (equal on all ranks) it takes several
  /// calls.
  std::vector<std::vector<std::byte>> gather_bytes(
      std::span<const std::byte> bytes, std::size_t largest_message = kLargestMessage) const;

  /// Every rank's text, in rank order, on every rank.
  std::vector<std::string> gather(const std::string& text) const;

  /// Whether all ranks passed the same number, e.g. a hash of their configuration.
  bool same_on_all_ranks(std::uint64_t value) const;

  /// The same for ranks that may be alone in calling it: false too where the others do not come
  /// within `patience`. A rank that got false may use this group no more: its call stays open.
  bool same_on_all_ranks_within(std::uint64_t value, std::chrono::milliseconds patience) const;

  /// Point to point; blocks until the partner takes part. Not collective.
  void send(std::span<const float> values, int to) const;
  void receive(std::span<float> values, int from) const;

  /// The one door: every MPI and NCCL call of this group is made by it, so each has a number, a
  /// place in the flight record, and a deadline could stand here. `call` throws where it fails, and
  /// then the record shows it as not done.
  ///
  /// name   a literal
  /// bytes  this rank's part
  template <typename Call>
  std::invoke_result_t<Call> collective(const char* name, std::uint64_t bytes, Call&& call,
                                        CallKind kind = CallKind::collective) const {
    const auto sequence = record_->begin(name, bytes, kind);
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      std::forward<Call>(call)();
      record_->finish(sequence);
    } else {
      auto result = std::forward<Call>(call)();
      record_->finish(sequence);
      return result;
    }
  }

  /// This rank's last calls, oldest first; any thread may ask.
  const FlightRecord& record() const { return *record_; }

  /// The records of this group, of that which it came of, and of all others that did.
  const FlightRecords& records() const { return *records_; }

 private:
  std::string name_;
  std::unique_ptr<Handle> handle_;
  std::shared_ptr<FlightRecords> records_;
  std::shared_ptr<FlightRecord> record_;
  int rank_ = 0, size_ = 1;
};

}  // namespace stockpot::comm
