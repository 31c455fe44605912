// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "kernels/kept_elements.hpp"
#include "kernels/packing.hpp"
#include "kernels/packing_passes.hpp"

// What every masked optimizer step does around its formula. The arrays are cut into chunks of
// blocks of 64 elements, the same for every number of threads (kept_elements.hpp); a last block of
// fewer than 64 elements is worked on in a padded copy. Kept weights and gradients are gathered
// into a small buffer, stepped beside their packed moments, and scattered back, so that arithmetic
// and traffic for moments are those of the kept weights only.
namespace stockpot::kernels {

/// A block that begins with `values` and ends with zeros.
inline std::array<float, 64> padded(std::span<const float> values) {
  std::array<float, 64> block{};
  std::ranges::copy(values, block.begin());
  return block;
}

/// Step 64 * words.size() weights, the first kept of which has the moments at `place`; `formula` as
/// in step_kept.
template <typename Formula>
void step_blocks(float* w, const float* g, std::size_t place, std::span<const std::uint64_t> words,
                 const Formula& formula) {
  constexpr std::size_t kGatherBlocks =
      16;  // 1024 elements: what is gathered stays in the first cache
  std::array<float, kGatherBlocks * 64 + kPackedSlack> kept_w, kept_g;
  while (!words.empty()) {
    const auto part = words.first(std::min(kGatherBlocks, words.size()));
    std::size_t count = part.size() * 64;
    if (std::ranges::all_of(part, [](std::uint64_t word) { return word == ~std::uint64_t{0}; })) {
      formula(w, g, place, count);
    } else {
      count = gather_kept({w, g}, part, kept_w.data(), kept_g.data());
      formula(kept_w.data(), kept_g.data(), place, count);
      scatter_kept(kept_w.data(), part, w);
    }
    w += part.size() * 64;
    g += part.size() * 64;
    place += count;
    words = words.subspan(part.size());
  }
}

/// Call formula(w, g, place, count) for runs of kept weights: `count` of them and their gradients
/// lie together, their moments at `place` of a packed array. Pruned weights become 0.
///
/// w and g may be read, and w written, up to kPackedSlack elements beyond the run.
/// throws LogicError where sizes do not fit
template <typename Formula>
void step_kept(std::span<float> w, std::span<const float> g, const Packing& packing, int threads,
               const Formula& formula) {
  const KeptElements elements(packing.kept, packing.kept_bits, w.size());
  const auto& starts = packing.starts;
  expect(g.size() == w.size() && static_cast<std::size_t>(packing.size) == w.size() &&
             starts.size() == elements.blocks() + 1,
         "the arrays of an optimizer step differ in size");
  const auto place_of = [&](std::size_t block) { return static_cast<std::size_t>(starts[block]); };
  elements.for_each_chunk(elements.whole_blocks(), threads,
                          [&](std::size_t first, std::span<const std::uint64_t> words) {
                            step_blocks(w.data() + first * 64, g.data() + first * 64,
                                        place_of(first), words, formula);
                          });
  if (const std::size_t rest = elements.rest(), last = elements.whole_blocks(); rest != 0) {
    auto last_w = padded(w.last(rest));
    const auto last_g = padded(g.last(rest));
    const std::uint64_t word = elements.word(last);
    step_blocks(last_w.data(), last_g.data(), place_of(last), {&word, 1}, formula);
    std::copy_n(last_w.begin(), rest, w.last(rest).begin());
  }
}

/// throws LogicError unless `moments` has an element for every kept weight
inline void expect_packed(std::span<const float> moments, const Packing& packing) {
  expect(
      !packing.starts.empty() && moments.size() == static_cast<std::size_t>(packing.starts.back()),
      "there are not as many moments as kept weights");
}

}  // namespace stockpot::kernels
