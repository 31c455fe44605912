#include "kernels/adamw_passes.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/adamw_passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint64_t kAllKept = ~std::uint64_t{0};

/// Lanes i, i+1, ... of a mask word.
template <typename D>
HWY_INLINE hn::Mask<D> lanes_of(D d, std::uint64_t word, std::size_t i) {
  word >>= i;
  return hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&word));
}

/// Update one block; where `masked`, what `word` prunes becomes 0.
template <bool masked>
HWY_INLINE void update_block(const AdamWArrays& a, std::size_t first, std::uint64_t word, const AdamWFactors& f) {
  const hn::CappedTag<float, 64> d;
  for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
    const std::size_t at = first + i;
    const auto gradient = hn::Mul(hn::LoadU(d, a.g + at), hn::Set(d, f.gradient_scale));
    const auto m_before = hn::LoadU(d, a.m + at);
    auto m = hn::Add(m_before, hn::Mul(hn::Set(d, f.one_minus_beta1), hn::Sub(gradient, m_before)));
    auto v = hn::Add(hn::Mul(hn::LoadU(d, a.v + at), hn::Set(d, f.beta2)), hn::Mul(hn::Mul(hn::Set(d, f.one_minus_beta2), gradient), gradient));
    const auto denominator = hn::Add(hn::Div(hn::Sqrt(v), hn::Set(d, f.root)), hn::Set(d, f.eps));
    auto w = hn::Sub(hn::Mul(hn::LoadU(d, a.w + at), hn::Set(d, f.decay)), hn::Div(hn::Mul(hn::Set(d, f.rate), m), denominator));
    if constexpr (masked) {
      const auto kept = lanes_of(d, word, i);
      w = hn::IfThenElseZero(kept, w);
      m = hn::IfThenElseZero(kept, m);
      v = hn::IfThenElseZero(kept, v);
    }
    hn::StoreU(w, d, a.w + at);
    hn::StoreU(m, d, a.m + at);
    hn::StoreU(v, d, a.v + at);
  }
}

void AdamWBlocks(const AdamWArrays& arrays, std::span<const std::uint64_t> kept, const AdamWFactors& factors) {
  for (std::size_t b = 0; b < kept.size(); ++b) {
    if (kept[b] == kAllKept) {
      update_block<false>(arrays, b * 64, kAllKept, factors);
    } else if (kept[b] == 0) {
      for (float* values : {arrays.w, arrays.m, arrays.v}) std::fill_n(values + b * 64, 64, 0.0F);
    } else {
      update_block<true>(arrays, b * 64, kept[b], factors);
    }
  }
}

constexpr std::size_t kSumLanes = 32;

double SquaredNormOfBlocks(const float* g, std::span<const std::uint64_t> kept) {
  const hn::CappedTag<double, kSumLanes / 2> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const std::size_t n = hn::Lanes(d);
  const bool all = std::ranges::all_of(kept, [](std::uint64_t word) { return word == kAllKept; });
  // the square of a float is exact in fp64, so a fused multiply-add gives the same bits as a product and a sum
  const auto square_sum = [&](std::size_t b, std::size_t i, auto sum) HWY_ATTR {
    auto x = hn::PromoteTo(d, hn::LoadU(narrow, g + b * 64 + i));
    if (!all) x = hn::IfThenElseZero(lanes_of(d, kept[b], i), x);
    return hn::MulAdd(x, x, sum);
  };
  std::array<double, kSumLanes> lanes;
  for (std::size_t lane = 0; lane < kSumLanes; lane += 2 * n) {
    auto sum0 = hn::Zero(d), sum1 = hn::Zero(d);
    for (std::size_t b = 0; b < kept.size(); ++b)
      for (std::size_t i = lane; i < 64; i += kSumLanes) {
        sum0 = square_sum(b, i, sum0);
        sum1 = square_sum(b, i + n, sum1);
      }
    hn::StoreU(sum0, d, lanes.data() + lane);
    hn::StoreU(sum1, d, lanes.data() + lane + n);
  }
  for (std::size_t half = kSumLanes / 2; half != 0; half /= 2)
    for (std::size_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  return lanes[0];
}

void ZeroPrunedBlocks(float* values, std::span<const std::uint64_t> kept) {
  const hn::CappedTag<float, 64> d;
  for (std::size_t b = 0; b < kept.size(); ++b) {
    if (kept[b] == kAllKept) continue;
    for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
      float* at = values + b * 64 + i;
      hn::StoreU(hn::IfThenElseZero(lanes_of(d, kept[b], i), hn::LoadU(d, at)), d, at);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(AdamWBlocks);
HWY_EXPORT(SquaredNormOfBlocks);
HWY_EXPORT(ZeroPrunedBlocks);

void adamw_blocks(const AdamWArrays& arrays, std::span<const std::uint64_t> kept, const AdamWFactors& factors) {
  HWY_DYNAMIC_DISPATCH(AdamWBlocks)(arrays, kept, factors);
}
double squared_norm_of_blocks(const float* g, std::span<const std::uint64_t> kept) {
  return HWY_DYNAMIC_DISPATCH(SquaredNormOfBlocks)(g, kept);
}
void zero_pruned_blocks(float* values, std::span<const std::uint64_t> kept) { HWY_DYNAMIC_DISPATCH(ZeroPrunedBlocks)(values, kept); }

}  // namespace stockpot::kernels
#endif
