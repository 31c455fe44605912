// SPDX-License-Identifier: Apache-2.0
// sum(first, count): of one leaf, let its owner fill the buffer; of more, split at the largest
// power of two below `count`, sum the left part into this buffer and the right part into the next
// one; the rank that holds the left part (the owner of its first leaf) receives the right part,
// unless it holds that too, and adds it. At the end the owner of leaf 0 sends the total to all.
#include "comm/tree_sum.hpp"

#include <bit>

#include "core/error.hpp"

namespace stockpot::comm {
namespace {

struct Tree {
  const Group& comm;
  const std::function<int(int)>& owner;
  const std::function<void(int, std::span<float>)>& fill;
  std::span<float> total;
  std::vector<std::vector<float>>& scratch;
  int rank;

  std::span<float> buffer(std::size_t depth) {
    if (depth == 0) return total;
    if (scratch.size() < depth) scratch.resize(depth);
    auto& own = scratch[depth - 1];
    if (own.size() < total.size()) own.resize(total.size());
    return std::span(own).first(total.size());
  }

  bool holds_a_leaf(int first, int count) const {
    for (int leaf = first; leaf < first + count; ++leaf)
      if (owner(leaf) == rank) return true;
    return false;
  }

  void sum(int first, int count, std::size_t depth) {
    if (!holds_a_leaf(first, count)) return;
    if (count == 1) return fill(first, buffer(depth));
    const int left = static_cast<int>(std::bit_floor(static_cast<unsigned>(count - 1)));
    const int left_owner = owner(first), right_owner = owner(first + left);
    sum(first, left, depth);
    // a rank that does not hold the left part may use this buffer for the right one
    const std::size_t right_depth = left_owner == rank ? depth + 1 : depth;
    sum(first + left, count - left, right_depth);
    if (right_owner == rank && left_owner != rank) comm.send(buffer(right_depth), left_owner);
    if (left_owner != rank) return;
    const auto mine = buffer(depth), other = buffer(depth + 1);
    if (right_owner != rank) comm.receive(other, right_owner);
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i] += other[i];
  }
};

}  // namespace

void tree_sum(const Group& comm, int leaves, const std::function<int(int)>& owner,
              const std::function<void(int, std::span<float>)>& fill, std::span<float> total,
              std::vector<std::vector<float>>& scratch) {
  expect(leaves >= 1, "tree_sum needs at least one leaf");
  Tree{comm, owner, fill, total, scratch, comm.rank()}.sum(0, leaves, 0);
  comm.broadcast(total, owner(0));
}

}  // namespace stockpot::comm
