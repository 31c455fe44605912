// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stockpot::comm {

/// An owned group of ranks and what they do together. Every member function but `rank`, `size`,
/// `send` and `receive` is
/// **collective over this communicator**: every rank must call it, in the same order. All throw
/// CommError.
///
/// Counts above 2^31 are split; element types are the fixed-width ones (Open MPI vectorises
/// `MPI_UINT64_T`, not `MPI_UNSIGNED_LONG`).
class Group {
 public:
  /// Takes over `handle` (an MPI_Comm, kept opaque so that no header needs mpi.h).
  explicit Group(void* handle);
  ~Group();
  Group(Group&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Group& operator=(Group&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  int rank() const;
  int size() const;
  bool is_root() const { return rank() == 0; }

  /// The ranks that share this rank's node.
  Group node_local() const;

  /// This rank alone. Not collective.
  Group alone() const;

  void barrier() const;

  /// values  in: this rank's part, out: the sum over ranks (order of additions is MPI's: bits
  /// depend on the number of ranks)
  void sum(std::span<float> values) const;
  void sum(std::span<double> values) const;
  void sum(std::span<std::int64_t> values) const;
  void sum(std::span<std::uint16_t> values) const;

  /// words  in: this rank's bits, out: bit-wise OR over ranks (MPI_Allreduce, MPI_BOR)
  void unite(std::span<std::uint64_t> words) const;

  /// Largest value of any rank.
  int max(int value) const;

  /// Copies rank `root`'s bytes to every rank; sizes are equal on all ranks.
  void broadcast(std::span<std::byte> bytes, int root = 0) const;

  template <typename T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast(std::as_writable_bytes(values), root);
  }

  /// Rank 0's text on every rank.
  std::string broadcast(std::string text) const;

  /// Every rank's text, in rank order, on every rank.
  std::vector<std::string> gather(const std::string& text) const;

  /// Whether all ranks passed the same number, e.g. a hash of their configuration.
  bool same_on_all_ranks(std::uint64_t value) const;

  /// Point to point; blocks until the partner takes part. Not collective.
  void send(std::span<const float> values, int to) const;
  void receive(std::span<float> values, int from) const;

  /// The MPI_Comm behind it, for the other files of this module.
  void* handle() const { return handle_; }

 private:
  void* handle_;
};

}  // namespace stockpot::comm
