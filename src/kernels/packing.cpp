// SPDX-License-Identifier: Apache-2.0
// Chunk by chunk: spread what is packed by the old mask, pack it by the new one.
#include "kernels/packing.hpp"

#include <bit>

#include "kernels/kept_elements.hpp"
#include "kernels/packing_passes.hpp"

namespace stockpot::kernels {

std::vector<std::int64_t> packing_starts(std::int64_t size, std::span<const std::uint64_t> kept,
                                         std::int64_t kept_bits) {
  const KeptElements elements(kept, kept_bits, static_cast<std::size_t>(size));
  std::vector<std::int64_t> starts(elements.blocks() + 1);
  for (std::size_t b = 0; b < elements.blocks(); ++b)
    starts[b + 1] = starts[b] + std::popcount(elements.word(b));
  return starts;
}

void repack(std::span<const float> from, const Packing& before, std::span<float> to,
            const Packing& now, int threads) {
  expect(before.size == now.size, "arrays are repacked between arenas of different sizes");
  expect(from.size() == static_cast<std::size_t>(before.starts.back()) &&
             to.size() == static_cast<std::size_t>(now.starts.back()),
         "a packed array is not as long as its mask says");
  const auto size = static_cast<std::size_t>(now.size);
  const KeptElements old_elements(before.kept, before.kept_bits, size),
      elements(now.kept, now.kept_bits, size);
  elements.for_each_chunk(
      elements.blocks(), threads, [&](std::size_t first, std::span<const std::uint64_t> words) {
        std::array<float, kChunkBlocks * 64 + kPackedSlack> packed{};
        std::array<float, kChunkBlocks * 64> values;
        std::array<std::uint64_t, kChunkBlocks> room;
        const auto begin = static_cast<std::size_t>(before.starts[first]),
                   end = static_cast<std::size_t>(before.starts[first + words.size()]);
        std::ranges::copy(from.subspan(begin, end - begin), packed.begin());
        scatter_kept(packed.data(), old_elements.words(first, words.size(), room), values.data());
        auto next = to.begin() + now.starts[first];
        for (std::size_t b = 0; b < words.size(); ++b)
          for (std::uint64_t left = words[b]; left != 0; left &= left - 1)
            *next++ = values[b * 64 + static_cast<std::size_t>(std::countr_zero(left))];
      });
}

}  // namespace stockpot::kernels
