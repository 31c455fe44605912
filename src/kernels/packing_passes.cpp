// SPDX-License-Identifier: Apache-2.0
#include "kernels/packing_passes.hpp"

#include <array>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/packing_passes.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Bits i, i + 1, ... of a word, as many as `d` has lanes.
template <typename D>
HWY_INLINE hn::Mask<D> lanes_of(D d, std::uint64_t word, std::size_t i) {
  word >>= i;
  return hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&word));
}

/// Bits i, i + 1, ... of a word, as many as `d` has lanes, as the lowest.
template <typename D>
HWY_INLINE std::uint64_t bits_of(D d, std::uint64_t word, std::size_t i) {
  return word >> i & (~std::uint64_t{0} >> (64 - hn::Lanes(d)));
}

std::size_t GatherKept(const PairOfArrays& from, std::span<const std::uint64_t> words,
                       float* HWY_RESTRICT first, float* HWY_RESTRICT second) {
  const hn::CappedTag<float, kPackedSlack> d;
  std::size_t count = 0;
  for (std::size_t b = 0; b < words.size(); ++b)
    for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
      const auto kept = lanes_of(d, words[b], i);
      const std::size_t at = b * 64 + i;
      hwy::Prefetch(from.first + at + kPrefetchAhead);
      hwy::Prefetch(from.second + at + kPrefetchAhead);
      hn::StoreU(hn::Compress(hn::LoadU(d, from.first + at), kept), d, first + count);
      hn::StoreU(hn::Compress(hn::LoadU(d, from.second + at), kept), d, second + count);
      count += static_cast<std::size_t>(std::popcount(bits_of(d, words[b], i)));
    }
  return count;
}

constexpr std::size_t kMostLanes = 8;

/// ranks[bits][lane]: how many of the lanes before `lane` have their bit set.
constexpr auto kRanks = [] {
  std::array<std::array<std::int32_t, kMostLanes>, 1 << kMostLanes> ranks{};
  for (std::size_t bits = 0; bits < ranks.size(); ++bits)
    for (std::size_t lane = 1; lane < kMostLanes; ++lane)
      ranks[bits][lane] = std::popcount(bits & ((1U << lane) - 1));
  return ranks;
}();

void ScatterKept(const float* packed, std::span<const std::uint64_t> words, float* values) {
  const hn::CappedTag<float, kMostLanes> d;
  const hn::RebindToSigned<decltype(d)> d_rank;
  for (std::size_t b = 0; b < words.size(); ++b)
    for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
      const std::uint64_t bits = bits_of(d, words[b], i);
      const auto ranks = hn::IndicesFromVec(d, hn::LoadU(d_rank, kRanks[bits].data()));
      const auto spread = hn::TableLookupLanes(hn::LoadU(d, packed), ranks);
      hn::StoreU(hn::IfThenElseZero(lanes_of(d, words[b], i), spread), d, values + b * 64 + i);
      packed += std::popcount(bits);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(GatherKept);
HWY_EXPORT(ScatterKept);

std::size_t gather_kept(const PairOfArrays& from, std::span<const std::uint64_t> words,
                        float* first, float* second) {
  return HWY_DYNAMIC_DISPATCH(GatherKept)(from, words, first, second);
}
void scatter_kept(const float* packed, std::span<const std::uint64_t> words, float* values) {
  HWY_DYNAMIC_DISPATCH(ScatterKept)(packed, words, values);
}

}  // namespace stockpot::kernels
#endif
