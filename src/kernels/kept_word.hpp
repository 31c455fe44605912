// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "kernels/host_device.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels {

/// Blocks of 64 elements that are worked on together, the same for every number of threads: sums of
/// squares, and so their bits, hang on it.
constexpr std::size_t kChunkBlocks = 64;

/// Throw LogicError unless `mask` has the words of `mask_bits` bits, no more than an arena of
/// `size` elements has; no words: every element counts.
inline void expect_mask_fits(std::span<const std::uint64_t> mask, std::int64_t mask_bits,
                             std::size_t size) {
  if (mask.empty()) return;
  expect(mask_bits >= 0 && mask.size() == words_for(static_cast<std::size_t>(mask_bits)),
         "a mask has not as many words as its bits need");
  expect(static_cast<std::size_t>(mask_bits) <= size, "a mask is longer than the arena");
}

/// Which of the elements 64 block .. 64 block + 63 count: those that the first `mask_bits` bits of
/// `mask` keep, and all beyond them.
STOCKPOT_HOST_DEVICE inline std::uint64_t kept_word(const std::uint64_t* mask,
                                                    std::size_t mask_bits, std::size_t block) {
  const std::size_t begin = block * 64;
  if (begin >= mask_bits) return ~std::uint64_t{0};
  return mask_bits - begin >= 64 ? mask[block]
                                 : mask[block] | ~std::uint64_t{0} << (mask_bits - begin);
}

}  // namespace stockpot::kernels
