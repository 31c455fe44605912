// Words of a mask as vector masks. Included once per target (foreach_target.h), hence the guard that toggles.
#if defined(STOCKPOT_KERNELS_WORD_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef STOCKPOT_KERNELS_WORD_LANES_INL_HPP
#undef STOCKPOT_KERNELS_WORD_LANES_INL_HPP
#else
#define STOCKPOT_KERNELS_WORD_LANES_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels::HWY_NAMESPACE {

/// Bits i, i + 1, ... of a word, as many as `d` has lanes.
template <typename D>
HWY_INLINE hwy::HWY_NAMESPACE::Mask<D> lanes_of(D d, std::uint64_t word, std::size_t i) {
  word >>= i;
  return hwy::HWY_NAMESPACE::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&word));
}

}  // namespace stockpot::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
