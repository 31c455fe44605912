// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "comm/group.hpp"

namespace stockpot::comm {

/// Sums `leaves` vectors in a fixed binary tree, so that the bits of the sum depend on the number
/// of leaves only, never on the number of ranks: leaf pairs (0,1), (2,3), ... are added, then pairs
/// of pairs, and so on.
///
/// leaves  L >= 1, the same on every rank
/// owner   rank that computes leaf i; any map, but contiguous blocks send least
/// fill    writes leaf i (this rank's own ones, each once, in increasing order) into the buffer it
/// is given, which holds no data before total   out: the sum, the same bits on every rank; also
/// used as the first scratch buffer memory  at most ceil(log2 L) further buffers of the same size,
/// kept in `scratch` between calls collective over `comm`
void tree_sum(const Group& comm, int leaves, const std::function<int(int)>& owner,
              const std::function<void(int, std::span<float>)>& fill, std::span<float> total,
              std::vector<std::vector<float>>& scratch);

/// Owner of leaf i when `leaves` are dealt to `ranks` in contiguous blocks.
inline int block_owner(int leaf, int leaves, int ranks) {
  return static_cast<int>(static_cast<std::int64_t>(leaf) * ranks / leaves);
}

}  // namespace stockpot::comm
