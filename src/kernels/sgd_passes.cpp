// SPDX-License-Identifier: Apache-2.0
#include "kernels/sgd_passes.hpp"

#include <algorithm>
#include <array>

#include "kernels/packing_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sgd_passes.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Update one vector.
template <typename D>
HWY_INLINE void update(D d, float* w_at, const float* g_at, float* m_at, const SgdFactors& f) {
  const auto w = hn::LoadU(d, w_at);
  const auto gradient = hn::Add(hn::Mul(hn::LoadU(d, g_at), hn::Set(d, f.gradient_scale)),
                                hn::Mul(hn::Set(d, f.weight_decay), w));
  const auto m = hn::Add(hn::Mul(hn::LoadU(d, m_at), hn::Set(d, f.momentum)), gradient);
  hn::StoreU(hn::Sub(w, hn::Mul(hn::Set(d, f.rate), m)), d, w_at);
  hn::StoreU(m, d, m_at);
}

void SgdElements(const SgdArrays& a, std::size_t count, const SgdFactors& factors) {
  const hn::CappedTag<float, kPackedSlack> d;
  const std::size_t n = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + n <= count; i += n) {
    hwy::Prefetch(a.m + i + kPrefetchAhead);
    update(d, a.w + i, a.g + i, a.m + i, factors);
  }
  if (i < count) {  // the moments behind the last are another thread's
    std::array<float, kPackedSlack> m{};
    std::copy(a.m + i, a.m + count, m.begin());
    update(d, a.w + i, a.g + i, m.data(), factors);
    std::copy_n(m.begin(), count - i, a.m + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(SgdElements);

void sgd_elements(const SgdArrays& arrays, std::size_t count, const SgdFactors& factors) {
  HWY_DYNAMIC_DISPATCH(SgdElements)(arrays, count, factors);
}

}  // namespace stockpot::kernels
#endif
