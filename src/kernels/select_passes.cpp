// SPDX-License-Identifier: Apache-2.0
// Each pass walks blocks of 64 weights, one mask word each: compare the keys with two bounds,
// gather the two answers into words, combine them with the candidates. Blocks without candidates
// are not read.
#include "kernels/select_passes.hpp"

#include <array>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/select_passes.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kPrefetchAhead =
    4096;  // floats; the hardware alone does not keep up with the compares

struct Words {
  std::uint64_t above_lo, above_hi;
};

/// rank_key of a vector of scores.
template <Ranking kRanking, typename D>
HWY_INLINE hn::Vec<D> keys_of(D d, const float* scores) {
  const auto bits = hn::LoadU(d, reinterpret_cast<const std::int32_t*>(scores));
  const auto magnitude = hn::And(bits, hn::Set(d, static_cast<std::int32_t>(kMagnitudeBits)));
  if constexpr (kRanking == Ranking::magnitude) return magnitude;
  const auto sign = hn::BroadcastSignBit(bits);
  return hn::Sub(hn::Xor(magnitude, sign), sign);
}

/// Where the keys of 64 scores are greater than `lo` and than `hi`.
template <Ranking kRanking>
HWY_INLINE Words compare_block(const float* scores, std::int32_t lo, std::int32_t hi) {
  const hn::CappedTag<std::int32_t, 64> d;
  const auto low = hn::Set(d, lo), high = hn::Set(d, hi);
  Words words{0, 0};
  for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
    const auto key = keys_of<kRanking>(d, scores + i);
    std::uint64_t bits[2] = {0, 0};
    hn::StoreMaskBits(d, hn::Gt(key, low), reinterpret_cast<std::uint8_t*>(&bits[0]));
    hn::StoreMaskBits(d, hn::Gt(key, high), reinterpret_cast<std::uint8_t*>(&bits[1]));
    words.above_lo |= bits[0] << i;
    words.above_hi |= bits[1] << i;
  }
  return words;
}

/// Call visit(word number, candidates, scores of the block) for every block that has candidates;
/// kept words of the others become 0.
template <typename Visit>
HWY_INLINE void for_each_block(Part part, Visit visit) {
  const std::size_t full = part.scores.size() / 64;
  const float* scores = part.scores.data();
  for (std::size_t b = 0; b < full; ++b, scores += 64) {
    const std::uint64_t candidates = part.candidates[b];
    const float* ahead = scores + kPrefetchAhead;  // beyond the end this does nothing
    for (std::size_t line = 0; line < 4; ++line) hwy::Prefetch(ahead + line * 16);
    part.kept[b] = candidates == 0 ? 0 : visit(b, candidates, scores);
  }
  if (const std::size_t rest = part.scores.size() % 64; rest != 0) {
    std::array<float, 64> padded{};
    std::memcpy(padded.data(), part.scores.data() + full * 64, rest * sizeof(float));
    part.kept[full] = visit(full, part.candidates[full], padded.data());
  }
}

/// Append the scores of block `b` whose bits are set; apart from the loop over blocks, which then
/// keeps what it needs in registers.
template <Ranking kRanking>
HWY_NOINLINE void append(const float* scores, std::size_t b, std::uint64_t bits,
                         std::vector<Contender>& contenders) {
  for (; bits != 0; bits &= bits - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(bits));
    contenders.push_back({rank_key(scores[i], kRanking), static_cast<std::uint32_t>(b * 64 + i)});
  }
}

template <Ranking kRanking>
std::int64_t keep_above_by(const Part& part, Bracket bracket, std::vector<Contender>& contenders) {
  const std::int32_t below = bracket.lo - 1, hi = bracket.hi;
  std::int64_t above = 0;
  for_each_block(part, [&](std::size_t b, std::uint64_t candidates, const float* scores) HWY_ATTR {
    const Words words = compare_block<kRanking>(scores, below, hi);
    const std::uint64_t kept = words.above_hi & candidates;
    const std::uint64_t inside = words.above_lo & ~words.above_hi & candidates;
    if (inside != 0) append<kRanking>(scores, b, inside, contenders);
    above += std::popcount(kept);
    return kept;
  });
  return above;
}

template <Ranking kRanking>
std::int64_t keep_from_by(const Part& part, std::int32_t threshold) {
  std::int64_t ties = 0;
  for_each_block(part, [&](std::size_t, std::uint64_t candidates, const float* scores) HWY_ATTR {
    const Words words = compare_block<kRanking>(scores, threshold - 1, threshold);
    ties += std::popcount(words.above_lo & ~words.above_hi & candidates);
    return words.above_lo & candidates;
  });
  return ties;
}

std::int64_t KeepAbove(const Part& part, Bracket bracket, std::vector<Contender>& contenders) {
  return part.ranking == Ranking::magnitude
             ? keep_above_by<Ranking::magnitude>(part, bracket, contenders)
             : keep_above_by<Ranking::value>(part, bracket, contenders);
}

std::int64_t KeepFrom(const Part& part, std::int32_t threshold) {
  return part.ranking == Ranking::magnitude ? keep_from_by<Ranking::magnitude>(part, threshold)
                                            : keep_from_by<Ranking::value>(part, threshold);
}

std::int64_t CountOnes(std::span<const std::uint64_t> words) {
  std::int64_t ones = 0;
  for (const std::uint64_t word : words) ones += std::popcount(word);
  return ones;
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(KeepAbove);
HWY_EXPORT(KeepFrom);
HWY_EXPORT(CountOnes);

std::int64_t keep_above(const Part& part, Bracket bracket, std::vector<Contender>& contenders) {
  return HWY_DYNAMIC_DISPATCH(KeepAbove)(part, bracket, contenders);
}
std::int64_t keep_from(const Part& part, std::int32_t threshold) {
  return HWY_DYNAMIC_DISPATCH(KeepFrom)(part, threshold);
}
std::int64_t count_ones_of(std::span<const std::uint64_t> words) {
  return HWY_DYNAMIC_DISPATCH(CountOnes)(words);
}

}  // namespace stockpot::kernels
#endif
