// SPDX-License-Identifier: Apache-2.0
#include "comm/group.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "comm/check.hpp"
#include "comm/handle.hpp"
#include "core/error.hpp"
#include "core/index.hpp"

namespace stockpot::comm {
namespace {

constexpr std::size_t kMaxCount = std::size_t{1} << 30;  // MPI counts are int
constexpr int kTag = 17;

using Where = std::source_location;

/// Calls `call(pointer, count)` on pieces that fit an MPI count.
template <typename T, typename Call>
void in_pieces(std::span<T> values, Call call, Where where = Where::current()) {
  for (std::size_t begin = 0; begin < values.size(); begin += kMaxCount) {
    const auto piece = values.subspan(begin, std::min(kMaxCount, values.size() - begin));
    check_mpi(call(piece.data(), static_cast<int>(piece.size())), where);
  }
}

template <typename T>
void all_reduce(const Group& group, MPI_Comm comm, const char* name, std::span<T> values,
                MPI_Datatype type, MPI_Op op, Where where = Where::current()) {
  group.collective(name, values.size_bytes(), [&] {
    const auto call = [&](T* data, int count) {
      return MPI_Allreduce(MPI_IN_PLACE, data, count, type, op, comm);
    };
    in_pieces(values, call, where);
  });
}

template <typename T>
T largest(const Group& group, MPI_Comm comm, T value, MPI_Datatype type) {
  all_reduce(group, comm, "max", std::span<T>(&value, 1), type, MPI_MAX);
  return value;
}

/// Of a value and its complement the largest over ranks: complements of each other only where all
/// values are equal.
using WithComplement = std::array<std::uint64_t, 2>;
WithComplement with_complement(std::uint64_t value) { return {value, ~value}; }
bool are_equal(const WithComplement& largest) { return largest[0] == ~largest[1]; }

}  // namespace

Group::Group(std::string name, std::unique_ptr<Handle> handle,
             std::shared_ptr<FlightRecords> records)
    : name_(std::move(name)),
      handle_(std::move(handle)),
      records_(std::move(records)),
      record_(records_->make(name_)) {
  check_mpi(MPI_Comm_set_errhandler(handle_->comm, MPI_ERRORS_RETURN));
  check_mpi(MPI_Comm_rank(handle_->comm, &rank_));
  check_mpi(MPI_Comm_size(handle_->comm, &size_));
}

Group::~Group() = default;
Group::Group(Group&& other) noexcept = default;
Group& Group::operator=(Group&& other) noexcept = default;

Group Group::split(std::string name, int color, int key) const {
  expect(color >= 0, "the color of a split is not negative", color);
  MPI_Comm part = MPI_COMM_NULL;
  collective("split", 0, [&] { check_mpi(MPI_Comm_split(handle_->comm, color, key, &part)); });
  return {std::move(name), std::make_unique<Handle>(part), records_};
}

Group Group::node_local() const {
  MPI_Comm local = MPI_COMM_NULL;
  collective("split by node", 0, [&] {
    check_mpi(
        MPI_Comm_split_type(handle_->comm, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &local));
  });
  return {"node", std::make_unique<Handle>(local), records_};
}

Group Group::alone() const {
  MPI_Comm self = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_SELF, &self));
  return {"alone", std::make_unique<Handle>(self), records_};
}

void Group::barrier() const {
  collective("barrier", 0, [&] { check_mpi(MPI_Barrier(handle_->comm)); });
}

void Group::sum(std::span<float> values) const {
  all_reduce(*this, handle_->comm, "sum", values, MPI_FLOAT, MPI_SUM);
}
void Group::sum(std::span<double> values) const {
  all_reduce(*this, handle_->comm, "sum", values, MPI_DOUBLE, MPI_SUM);
}
void Group::sum(std::span<std::int64_t> values) const {
  all_reduce(*this, handle_->comm, "sum", values, MPI_INT64_T, MPI_SUM);
}
void Group::sum(std::span<std::uint16_t> values) const {
  all_reduce(*this, handle_->comm, "sum", values, MPI_UINT16_T, MPI_SUM);
}
void Group::unite(std::span<std::uint64_t> words) const {
  all_reduce(*this, handle_->comm, "unite", words, MPI_UINT64_T, MPI_BOR);
}

int Group::max(int value) const { return largest(*this, handle_->comm, value, MPI_INT); }
std::int64_t Group::max(std::int64_t value) const {
  return largest(*this, handle_->comm, value, MPI_INT64_T);
}

void Group::broadcast(std::span<std::byte> bytes, int root) const {
  collective("broadcast", bytes.size(), [&] {
    in_pieces(bytes, [&](std::byte* data, int count) {
      return MPI_Bcast(data, count, MPI_BYTE, root, handle_->comm);
    });
  });
}

std::string Group::broadcast(std::string text) const {
  std::uint64_t length = text.size();
  broadcast(std::span(&length, 1));
  text.resize(length);
  broadcast(std::span(text.data(), text.size()));
  return text;
}

std::vector<std::vector<std::byte>> Group::gather_bytes(std::span<const std::byte> bytes,
                                                        std::size_t largest_message) const {
  const auto ranks = static_cast<std::size_t>(size_);
  const std::uint64_t mine = bytes.size();
  std::vector<std::uint64_t> sizes(ranks);
  collective("gather sizes", sizeof mine, [&] {
    check_mpi(MPI_Allgather(&mine, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, handle_->comm));
  });
  std::uint64_t total = 0;
  std::vector<std::vector<std::byte>> all(ranks);
  for (std::size_t r = 0; r < ranks; ++r) {
    total += sizes[r];
    all[r].resize(sizes[r]);
  }
  if (total > std::min(largest_message, kMaxCount)) {  // every rank has its turn
    std::ranges::copy(bytes, at(all, rank_).begin());
    for (std::size_t r = 0; r < ranks; ++r) broadcast(std::span(all[r]), static_cast<int>(r));
    return all;
  }
  std::vector<int> lengths(ranks), offsets(ranks);
  for (std::size_t r = 0, offset = 0; r < ranks; offset += sizes[r++]) {
    lengths[r] = static_cast<int>(sizes[r]);
    offsets[r] = static_cast<int>(offset);
  }
  std::vector<std::byte> joined(total);
  collective("gather", mine, [&] {
    check_mpi(MPI_Allgatherv(bytes.data(), static_cast<int>(mine), MPI_BYTE, joined.data(),
                             lengths.data(), offsets.data(), MPI_BYTE, handle_->comm));
  });
  for (std::size_t r = 0; r < ranks; ++r)
    std::copy_n(joined.begin() + offsets[r], lengths[r], all[r].begin());
  return all;
}

std::vector<std::string> Group::gather(const std::string& text) const {
  std::vector<std::string> texts;
  for (const auto& bytes : gather_bytes(std::as_bytes(std::span(text))))
    texts.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return texts;
}

bool Group::same_on_all_ranks(std::uint64_t value) const {
  auto values = with_complement(value);
  all_reduce(*this, handle_->comm, "compare", std::span<std::uint64_t>(values), MPI_UINT64_T,
             MPI_MAX);
  return are_equal(values);
}

bool Group::same_on_all_ranks_within(std::uint64_t value,
                                     std::chrono::milliseconds patience) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  // MPI may write to it after we gave up waiting: it is not given back then
  auto values = std::make_unique<WithComplement>(with_complement(value));
  return collective("compare in time", sizeof value, [&] {
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Iallreduce(MPI_IN_PLACE, values->data(), 2, MPI_UINT64_T, MPI_MAX, handle_->comm,
                             &request));
    while (true) {
      int done = 0;
      check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
      if (done) return are_equal(*values);
      if (std::chrono::steady_clock::now() >= end) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    static_cast<void>(values.release());
    return false;
  });
}

void Group::send(std::span<const float> values, int to) const {
  const auto call = [&] {
    in_pieces(values, [&](const float* data, int count) {
      return MPI_Send(data, count, MPI_FLOAT, to, kTag, handle_->comm);
    });
  };
  collective("send", values.size_bytes(), call, CallKind::point_to_point);
}

void Group::receive(std::span<float> values, int from) const {
  const auto call = [&] {
    in_pieces(values, [&](float* data, int count) {
      return MPI_Recv(data, count, MPI_FLOAT, from, kTag, handle_->comm, MPI_STATUS_IGNORE);
    });
  };
  collective("receive", values.size_bytes(), call, CallKind::point_to_point);
}

}  // namespace stockpot::comm
