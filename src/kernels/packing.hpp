// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace stockpot::kernels {

/// Which elements of an arena are kept, and where each lies in a packed array: one that holds the
/// kept elements only, in their order.
struct Packing {
  std::int64_t size = 0;  ///< elements of the arena
  std::span<const std::uint64_t>
      kept;  ///< bits of the first `kept_bits` elements, 1 = kept; empty: every element is kept
  std::int64_t kept_bits = 0;            ///< <= size; elements from here on are all kept
  std::span<const std::int64_t> starts;  ///< from packing_starts
};

/// The number of kept elements before each block of 64 elements; the last entry is the length of a
/// packed array. [ceil(size / 64) + 1]
std::vector<std::int64_t> packing_starts(std::int64_t size, std::span<const std::uint64_t> kept,
                                         std::int64_t kept_bits);

/// Copy a packed array into one packed by another mask of the same arena: what only `now` keeps
/// becomes 0, what only `before` kept is dropped.
void repack(std::span<const float> from, const Packing& before, std::span<float> to,
            const Packing& now, int threads = 1);

}  // namespace stockpot::kernels
