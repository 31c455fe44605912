// SPDX-License-Identifier: Apache-2.0
#include "kernels/interpolate_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/interpolate_passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// As many floats as half a vector of doubles takes from one load; product and sum are rounded
/// apart, as in the plain form.
template <typename D>
HWY_INLINE auto mixed(D d, const float* w, const float* x, double share) {
  const hn::Rebind<float, D> narrow;
  const auto old_part = hn::Mul(hn::Set(d, 1 - share), hn::PromoteTo(d, hn::LoadU(narrow, w)));
  const auto new_part = hn::Mul(hn::Set(d, share), hn::PromoteTo(d, hn::LoadU(narrow, x)));
  return hn::DemoteTo(narrow, hn::Add(old_part, new_part));
}

void InterpolateElements(float* w, const float* x, std::size_t count, double share) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const std::size_t n = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 2 * n <= count; i += 2 * n) {
    const auto first = mixed(d, w + i, x + i, share);
    const auto second = mixed(d, w + i + n, x + i + n, share);
    hn::StoreU(first, narrow, w + i);
    hn::StoreU(second, narrow, w + i + n);
  }
  for (; i < count; ++i) w[i] = interpolated(w[i], x[i], share);
}

void InterpolateKeptBlocks(float* w, const float* x, std::span<const std::uint64_t> kept,
                           double share) {
  const hn::CappedTag<double, 32> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const std::size_t n = hn::Lanes(d);
  for (std::size_t b = 0; b < kept.size(); ++b)
    for (std::size_t i = 0; i < 64; i += n) {
      const std::uint64_t bits = kept[b] >> i;
      const auto moves = hn::LoadMaskBits(narrow, reinterpret_cast<const std::uint8_t*>(&bits));
      float* at = w + b * 64 + i;
      const auto moved = mixed(d, at, x + b * 64 + i, share);
      hn::StoreU(hn::IfThenElse(moves, moved, hn::LoadU(narrow, at)), narrow, at);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(InterpolateElements);
HWY_EXPORT(InterpolateKeptBlocks);

void interpolate_elements(float* w, const float* x, std::size_t count, double share) {
  HWY_DYNAMIC_DISPATCH(InterpolateElements)(w, x, count, share);
}
void interpolate_kept_blocks(float* w, const float* x, std::span<const std::uint64_t> kept,
                             double share) {
  HWY_DYNAMIC_DISPATCH(InterpolateKeptBlocks)(w, x, kept, share);
}

}  // namespace stockpot::kernels
#endif
