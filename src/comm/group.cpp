// SPDX-License-Identifier: Apache-2.0
#include "comm/group.hpp"

#include <mpi.h>

#include <algorithm>
#include <string>

#include "comm/check.hpp"
#include "core/error.hpp"

namespace stockpot::comm {
namespace {

constexpr std::size_t kMaxCount = std::size_t{1} << 30;  // MPI counts are int
constexpr int kTag = 17;

MPI_Comm raw(void* handle) { return static_cast<MPI_Comm>(handle); }

/// Calls `call(pointer, count)` on pieces that fit an MPI count.
template <typename T, typename Call>
void in_pieces(std::span<T> values, Call call) {
  for (std::size_t begin = 0; begin < values.size(); begin += kMaxCount) {
    const auto piece = values.subspan(begin, std::min(kMaxCount, values.size() - begin));
    check_mpi(call(piece.data(), static_cast<int>(piece.size())));
  }
}

template <typename T>
void all_reduce(std::span<T> values, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  in_pieces(values, [&](T* data, int count) {
    return MPI_Allreduce(MPI_IN_PLACE, data, count, type, op, comm);
  });
}

}  // namespace

Group::Group(void* handle) : handle_(handle) {
  check_mpi(MPI_Comm_set_errhandler(raw(handle_), MPI_ERRORS_RETURN));
}

Group::~Group() {
  if (!handle_) return;
  MPI_Comm comm = raw(handle_);
  MPI_Comm_free(&comm);
}

int Group::rank() const {
  int rank = 0;
  check_mpi(MPI_Comm_rank(raw(handle_), &rank));
  return rank;
}

int Group::size() const {
  int size = 0;
  check_mpi(MPI_Comm_size(raw(handle_), &size));
  return size;
}

Group Group::node_local() const {
  MPI_Comm local = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(raw(handle_), MPI_COMM_TYPE_SHARED, rank(), MPI_INFO_NULL, &local));
  return Group(local);
}

Group Group::alone() const {
  MPI_Comm self = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_SELF, &self));
  return Group(self);
}

void Group::barrier() const { check_mpi(MPI_Barrier(raw(handle_))); }

void Group::sum(std::span<float> values) const {
  all_reduce(values, MPI_FLOAT, MPI_SUM, raw(handle_));
}
void Group::sum(std::span<double> values) const {
  all_reduce(values, MPI_DOUBLE, MPI_SUM, raw(handle_));
}
void Group::sum(std::span<std::int64_t> values) const {
  all_reduce(values, MPI_INT64_T, MPI_SUM, raw(handle_));
}
void Group::sum(std::span<std::uint16_t> values) const {
  all_reduce(values, MPI_UINT16_T, MPI_SUM, raw(handle_));
}
void Group::unite(std::span<std::uint64_t> words) const {
  all_reduce(words, MPI_UINT64_T, MPI_BOR, raw(handle_));
}

int Group::max(int value) const {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, MPI_MAX, raw(handle_)));
  return value;
}

void Group::broadcast(std::span<std::byte> bytes, int root) const {
  in_pieces(bytes, [&](std::byte* data, int count) {
    return MPI_Bcast(data, count, MPI_BYTE, root, raw(handle_));
  });
}

std::string Group::broadcast(std::string text) const {
  std::int64_t length = static_cast<std::int64_t>(text.size());
  broadcast(std::span(&length, 1));
  text.resize(static_cast<std::size_t>(length));
  broadcast(std::span(text.data(), text.size()));
  return text;
}

std::vector<std::string> Group::gather(const std::string& text) const {
  const int ranks = size();
  const int length = static_cast<int>(text.size());
  std::vector<int> lengths(static_cast<std::size_t>(ranks)),
      offsets(static_cast<std::size_t>(ranks));
  check_mpi(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, raw(handle_)));
  int total = 0;
  for (std::size_t r = 0; r < lengths.size(); ++r) {
    offsets[r] = total;
    total += lengths[r];
  }
  std::string all(static_cast<std::size_t>(total), '\0');
  check_mpi(MPI_Allgatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(),
                           offsets.data(), MPI_CHAR, raw(handle_)));
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < lengths.size(); ++r)
    texts.push_back(
        all.substr(static_cast<std::size_t>(offsets[r]), static_cast<std::size_t>(lengths[r])));
  return texts;
}

bool Group::same_on_all_ranks(std::uint64_t value) const {
  std::uint64_t largest = value, smallest_inverted = ~value;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_UINT64_T, MPI_MAX, raw(handle_)));
  check_mpi(
      MPI_Allreduce(MPI_IN_PLACE, &smallest_inverted, 1, MPI_UINT64_T, MPI_MAX, raw(handle_)));
  return largest == ~smallest_inverted;
}

void Group::send(std::span<const float> values, int to) const {
  in_pieces(values, [&](const float* data, int count) {
    return MPI_Send(data, count, MPI_FLOAT, to, kTag, raw(handle_));
  });
}

void Group::receive(std::span<float> values, int from) const {
  in_pieces(values, [&](float* data, int count) {
    return MPI_Recv(data, count, MPI_FLOAT, from, kTag, raw(handle_), MPI_STATUS_IGNORE);
  });
}

}  // namespace stockpot::comm
