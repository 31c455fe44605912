// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

// The vector loops that move kept elements together and apart, dispatched at run time. They run
// over blocks of 64 elements, one word each.
namespace stockpot::kernels {

/// Room beyond the last element that these loops read and write in a packed array.
constexpr std::size_t kPackedSlack = 64;

/// How many elements ahead the loops over gathered arrays fetch: the hardware's own fetching stops
/// at every page.
constexpr std::size_t kPrefetchAhead = 1024;

/// Two arrays with one mask: moved together, their cache misses overlap.
struct PairOfArrays {
  const float* first;
  const float* second;
};

/// Write the kept ones of 64 * words.size() elements of both arrays one after the other to `first`
/// and `second`; what follows them there is overwritten. Returns their number.
std::size_t gather_kept(const PairOfArrays& from, std::span<const std::uint64_t> words,
                        float* first, float* second);

/// The reverse, for one array: fill 64 * words.size() `values`, the kept ones from `packed`, the
/// others with 0.
void scatter_kept(const float* packed, std::span<const std::uint64_t> words, float* values);

}  // namespace stockpot::kernels
