// SPDX-License-Identifier: Apache-2.0
// Blocks of 64 elements are dealt to the threads in chunks; each element is written once, by one.
#include "kernels/interpolate.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "kernels/interpolate_passes.hpp"
#include "kernels/kept_word.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;  // elements: a multiple of 64

/// The part [begin, end) of the array, of which [0, masked) stands under a mask.
void interpolate_part(std::span<float> w, std::span<const float> x, double share,
                      std::span<const std::uint64_t> kept, std::size_t masked, std::size_t begin,
                      std::size_t end) {
  const auto whole = std::min(end, masked / 64 * 64);
  std::size_t i = begin;
  if (i < whole) {
    interpolate_kept_blocks(w.data() + i, x.data() + i, kept.subspan(i / 64, (whole - i) / 64),
                            share);
    i = whole;
  }
  for (; i < std::min(end, masked); ++i)
    if (kept[i / 64] >> (i % 64) & 1) w[i] = interpolated(w[i], x[i], share);
  if (i < end) interpolate_elements(w.data() + i, x.data() + i, end - i, share);
}

}  // namespace

void interpolate(std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits, int threads) {
  expect(w.size() == x.size(), "arrays of different sizes were interpolated", w.size(), x.size());
  expect(share >= 0 && share <= 1, "a share lies in [0, 1]", share);
  expect_mask_fits(kept, kept_bits, w.size());
  const auto masked = kept.empty() ? std::size_t{0} : static_cast<std::size_t>(kept_bits);
  const auto chunks = static_cast<std::int64_t>((w.size() + kChunk - 1) / kChunk);
  parallel_for(chunks, threads, [&](std::int64_t chunk) {
    const auto begin = static_cast<std::size_t>(chunk) * kChunk;
    interpolate_part(w, x, share, kept, masked, begin, std::min(w.size(), begin + kChunk));
  });
}

}  // namespace stockpot::kernels
