// SPDX-License-Identifier: Apache-2.0
// A lane is a column: one block of Philox per lane says which of its eight elements stay.
#include "kernels/dropout_passes.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dropout_passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The high and low halves of the products of `a` with a constant.
template <typename D, typename V>
HWY_INLINE void multiply(D d, V a, std::uint32_t by, V& high, V& low) {
#if HWY_TARGET == HWY_SCALAR
  const std::uint64_t product = std::uint64_t{hn::GetLane(a)} * by;
  low = hn::Set(d, static_cast<std::uint32_t>(product));
  high = hn::Set(d, static_cast<std::uint32_t>(product >> 32));
#else
  const hn::RepartitionToWide<D> wide;
  const auto factor = hn::Set(d, by);
  const auto even = hn::MulEven(a, factor),
             odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, a))), factor);
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
  high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
#endif
}

/// Philox4x32-10 (core/random.hpp) of a lane's counter c0, c1, c2, c3 in place.
template <typename D, typename V>
HWY_INLINE void philox(D d, V& c0, V& c1, V& c2, V& c3, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    V high0, low0, high1, low1;
    multiply(d, c0, 0xD2511F53U, high0, low0);
    multiply(d, c2, 0xCD9E8D57U, high1, low1);
    c0 = hn::Xor(hn::Xor(high1, c1), hn::Set(d, key[0]));
    c2 = hn::Xor(hn::Xor(high0, c3), hn::Set(d, key[1]));
    c1 = low1;
    c3 = low0;
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
}

constexpr std::size_t kMostLanes = 16;

void DropoutStripeLoop(const DropoutStripe& s, const DropoutDraw& draw) {
  const hn::CappedTag<float, kMostLanes> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::RebindToSigned<decltype(d)> di;
  const std::size_t n = hn::Lanes(d);
  const auto scale = hn::Set(d, dropout_scale(draw));
  const auto highest_dropped = hn::Set(di, static_cast<std::int32_t>(draw.drop_below) - 1);
  for (std::size_t column = 0; column < s.columns; column += n) {
    auto c0 = hn::Iota(du, s.counter + static_cast<std::uint32_t>(column)),
         c1 = hn::Set(du, s.sample), c2 = hn::Set(du, draw.step), c3 = hn::Set(du, draw.training);
    philox(du, c0, c1, c2, c3, draw.key);
    const std::size_t count = std::min(n, s.columns - column);
    const auto row = [&](std::size_t r, auto numbers) HWY_ATTR {
      if (r >= s.rows) return;
      const auto stays = hn::RebindMask(d, hn::Gt(hn::BitCast(di, numbers), highest_dropped));
      const std::size_t at = r * s.columns + column;
      if (count == n) {
        hn::StoreU(hn::IfThenElseZero(stays, hn::Mul(hn::LoadU(d, s.x + at), scale)), d, s.y + at);
        return;
      }
      std::array<float, kMostLanes> last{};  // what lies behind is another row's
      std::copy_n(s.x + at, count, last.begin());
      hn::StoreU(hn::IfThenElseZero(stays, hn::Mul(hn::LoadU(d, last.data()), scale)), d,
                 last.data());
      std::copy_n(last.begin(), count, s.y + at);
    };
    const auto low = hn::Set(du, 0xffffU);
    row(0, hn::And(c0, low));
    row(1, hn::And(c1, low));
    row(2, hn::And(c2, low));
    row(3, hn::And(c3, low));
    row(4, hn::ShiftRight<16>(c0));
    row(5, hn::ShiftRight<16>(c1));
    row(6, hn::ShiftRight<16>(c2));
    row(7, hn::ShiftRight<16>(c3));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(DropoutStripeLoop);

void dropout_stripe(const DropoutStripe& stripe, const DropoutDraw& draw) {
  HWY_DYNAMIC_DISPATCH(DropoutStripeLoop)(stripe, draw);
}

}  // namespace stockpot::kernels
#endif
