// SPDX-License-Identifier: Apache-2.0
#include "kernels/resize_passes.hpp"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Four vectors of sums at a time hide the latency of the multiplication.
void WeighRows(const std::uint8_t* in, std::int64_t stride, std::span<const std::int32_t> weights,
               std::uint8_t* out) {
  const hn::CappedTag<std::int32_t, 16> d;
  const hn::Rebind<std::uint8_t, decltype(d)> bytes;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto half = hn::Set(d, 1 << (kResizeFractionBits - 1));
  for (std::int64_t x = 0; x < stride; x += 4 * lanes) {
    auto sum0 = half, sum1 = half, sum2 = half, sum3 = half;
    const std::uint8_t* row = in + x;
    for (const std::int32_t weight : weights) {
      const auto w = hn::Set(d, weight);
      sum0 = hn::Add(sum0, hn::Mul(w, hn::PromoteTo(d, hn::LoadU(bytes, row))));
      sum1 = hn::Add(sum1, hn::Mul(w, hn::PromoteTo(d, hn::LoadU(bytes, row + lanes))));
      sum2 = hn::Add(sum2, hn::Mul(w, hn::PromoteTo(d, hn::LoadU(bytes, row + 2 * lanes))));
      sum3 = hn::Add(sum3, hn::Mul(w, hn::PromoteTo(d, hn::LoadU(bytes, row + 3 * lanes))));
      row += stride;
    }
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum0)), bytes, out + x);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum1)), bytes,
               out + x + lanes);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum2)), bytes,
               out + x + 2 * lanes);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum3)), bytes,
               out + x + 3 * lanes);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(WeighRows);

void weigh_rows(const std::uint8_t* in, std::int64_t stride, std::span<const std::int32_t> weights,
                std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(WeighRows)(in, stride, weights, out);
}

static_assert(std::endian::native == std::endian::little,
              "byte i of a word is taken for its bits 8i .. 8i+7");

namespace {

/// Swap the upper `shift` bits of each pair of `shift`-bit fields of `a` with the lower ones of
/// `b`.
void swap_fields(std::uint64_t& a, std::uint64_t& b, int shift, std::uint64_t lower) {
  const std::uint64_t differ = (a >> shift ^ b) & lower;
  a ^= differ << shift;
  b ^= differ;
}

/// Transpose 8 x 8 bytes, one row per word, by swapping ever smaller off-diagonal blocks (Hacker's
/// Delight, 7-3).
void transpose_block(std::uint64_t (&rows)[8]) {
  for (int i = 0; i < 4; ++i) swap_fields(rows[i], rows[i + 4], 32, 0x00000000FFFFFFFF);
  for (const int i : {0, 1, 4, 5}) swap_fields(rows[i], rows[i + 2], 16, 0x0000FFFF0000FFFF);
  for (const int i : {0, 2, 4, 6}) swap_fields(rows[i], rows[i + 1], 8, 0x00FF00FF00FF00FF);
}

}  // namespace

void transpose(const std::uint8_t* in, std::int64_t height, std::int64_t width,
               std::int64_t in_stride, std::uint8_t* out, std::int64_t out_stride) {
  for (std::int64_t y = 0; y < height; y += 8)
    for (std::int64_t x = 0; x < width; x += 8) {
      std::uint64_t rows[8];
      for (int i = 0; i < 8; ++i) std::memcpy(&rows[i], in + (y + i) * in_stride + x, 8);
      transpose_block(rows);
      for (int i = 0; i < 8; ++i) std::memcpy(out + (x + i) * out_stride + y, &rows[i], 8);
    }
}

}  // namespace stockpot::kernels
#endif
