// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/parallel.hpp"
#include "kernels/kept_word.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels {

/// An arena seen as blocks of 64 elements, one word each that says which of them are kept, cut into
/// chunks of kChunkBlocks blocks.
class KeptElements {
 public:
  KeptElements(std::span<const std::uint64_t> mask, std::int64_t mask_bits, std::size_t size)
      : mask_(mask),
        mask_bits_(mask.empty() ? 0 : static_cast<std::size_t>(mask_bits)),
        size_(size) {
    expect_mask_fits(mask, mask_bits, size);
  }

  std::size_t whole_blocks() const { return size_ / 64; }
  std::size_t rest() const { return size_ % 64; }  // elements of the last block, which is not whole
  std::size_t blocks() const { return words_for(size_); }
  std::size_t whole_chunks() const { return (whole_blocks() + kChunkBlocks - 1) / kChunkBlocks; }

  /// Bits of the kept elements of a block; those beyond the arena's end are 0.
  std::uint64_t word(std::size_t block) const {
    const std::uint64_t word = kept_word(mask_.data(), mask_bits_, block);
    return block < whole_blocks() ? word : word & ~(~std::uint64_t{0} << rest());
  }

  /// The words of the `count` <= kChunkBlocks blocks from `first` on: the mask's own memory where
  /// it holds them all, else `room`.
  std::span<const std::uint64_t> words(std::size_t first, std::size_t count,
                                       std::array<std::uint64_t, kChunkBlocks>& room) const {
    if (first + count <= mask_bits_ / 64) return mask_.subspan(first, count);
    for (std::size_t b = 0; b < count; ++b) room[b] = word(first + b);
    return {room.data(), count};
  }

  /// Call body(first block, words) for every chunk of the first `blocks` blocks, on at most
  /// `threads` threads.
  template <typename Body>
  void for_each_chunk(std::size_t blocks, int threads, Body body) const {
    const auto count = static_cast<std::int64_t>((blocks + kChunkBlocks - 1) / kChunkBlocks);
    const auto team =
        static_cast<int>(std::clamp<std::int64_t>(count / kChunksPerThread, 1, threads));
    parallel_for(count, team, [&](std::int64_t c) {
      const std::size_t first = static_cast<std::size_t>(c) * kChunkBlocks;
      std::array<std::uint64_t, kChunkBlocks> room;
      body(first, words(first, std::min(kChunkBlocks, blocks - first), room));
    });
  }

 private:
  static constexpr std::int64_t kChunksPerThread = 4;  // fewer cost more to hand out than to do

  std::span<const std::uint64_t> mask_;
  std::size_t mask_bits_, size_;
};

}  // namespace stockpot::kernels
