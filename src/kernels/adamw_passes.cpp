// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw_passes.hpp"

#include <algorithm>
#include <array>

#include "kernels/packing_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/adamw_passes.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint64_t kAllKept = ~std::uint64_t{0};

/// Bits i, i + 1, ... of a word, as many as `d` has lanes.
template <typename D>
HWY_INLINE hn::Mask<D> lanes_of(D d, std::uint64_t word, std::size_t i) {
  word >>= i;
  return hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&word));
}

/// Update one vector.
template <typename D>
HWY_INLINE void update(D d, float* w_at, const float* g_at, float* m_at, float* v_at,
                       const AdamWFactors& f) {
  const auto gradient = hn::Mul(hn::LoadU(d, g_at), hn::Set(d, f.gradient_scale));
  const auto m_before = hn::LoadU(d, m_at);
  const auto m =
      hn::Add(m_before, hn::Mul(hn::Set(d, f.one_minus_beta1), hn::Sub(gradient, m_before)));
  const auto v = hn::Add(hn::Mul(hn::LoadU(d, v_at), hn::Set(d, f.beta2)),
                         hn::Mul(hn::Mul(hn::Set(d, f.one_minus_beta2), gradient), gradient));
  const auto denominator = hn::Add(hn::Div(hn::Sqrt(v), hn::Set(d, f.root)), hn::Set(d, f.eps));
  const auto w = hn::Sub(hn::Mul(hn::LoadU(d, w_at), hn::Set(d, f.decay)),
                         hn::Div(hn::Mul(hn::Set(d, f.rate), m), denominator));
  hn::StoreU(w, d, w_at);
  hn::StoreU(m, d, m_at);
  hn::StoreU(v, d, v_at);
}

void AdamWElements(const AdamWArrays& a, std::size_t count, const AdamWFactors& factors) {
  const hn::CappedTag<float, kPackedSlack> d;
  const std::size_t n = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + n <= count; i += n) {
    hwy::Prefetch(a.m + i + kPrefetchAhead);
    hwy::Prefetch(a.v + i + kPrefetchAhead);
    update(d, a.w + i, a.g + i, a.m + i, a.v + i, factors);
  }
  if (i < count) {  // the moments behind the last are another thread's
    std::array<float, kPackedSlack> m{}, v{};
    std::copy(a.m + i, a.m + count, m.begin());
    std::copy(a.v + i, a.v + count, v.begin());
    update(d, a.w + i, a.g + i, m.data(), v.data(), factors);
    std::copy_n(m.begin(), count - i, a.m + i);
    std::copy_n(v.begin(), count - i, a.v + i);
  }
}

constexpr std::size_t kSumLanes = 32;

double SquaredNormOfBlocks(const float* g, std::span<const std::uint64_t> kept) {
  const hn::CappedTag<double, kSumLanes / 2> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const std::size_t n = hn::Lanes(d);
  const bool all = std::ranges::all_of(kept, [](std::uint64_t word) { return word == kAllKept; });
  // the square of a float is exact in fp64, so a fused multiply-add gives the same bits as a
  // product and a sum
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

HWY_EXPORT(AdamWElements);
HWY_EXPORT(SquaredNormOfBlocks);
HWY_EXPORT(ZeroPrunedBlocks);

void adamw_elements(const AdamWArrays& arrays, std::size_t count, const AdamWFactors& factors) {
  HWY_DYNAMIC_DISPATCH(AdamWElements)(arrays, count, factors);
}
double squared_norm_of_blocks(const float* g, std::span<const std::uint64_t> kept) {
  return HWY_DYNAMIC_DISPATCH(SquaredNormOfBlocks)(g, kept);
}
void zero_pruned_blocks(float* values, std::span<const std::uint64_t> kept) {
  HWY_DYNAMIC_DISPATCH(ZeroPrunedBlocks)(values, kept);
}

}  // namespace stockpot::kernels
#endif
