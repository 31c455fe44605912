#include "kernels/resize_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_passes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace stockpot::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Four vectors of sums at a time hide the latency of the multiplication.
void WeighRows(const std::uint8_t* in, std::int64_t stride, std::span<const std::int32_t> weights, std::uint8_t* out) {
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
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum1)), bytes, out + x + lanes);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum2)), bytes, out + x + 2 * lanes);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kResizeFractionBits>(sum3)), bytes, out + x + 3 * lanes);
  }
}

/// 16 x 16 bytes at once: four perfect shuffles of the 16 rows turn them into columns.
void Transpose(const std::uint8_t* in, std::int64_t height, std::int64_t width, std::int64_t in_stride, std::uint8_t* out, std::int64_t out_stride) {
  const hn::FixedTag<std::uint8_t, 16> d;
  using Row = hn::Vec<decltype(d)>;
  for (std::int64_t y = 0; y < height; y += 16)
    for (std::int64_t x = 0; x < width; x += 16) {
      Row rows[16], mixed[16];
      for (int i = 0; i < 16; ++i) rows[i] = hn::LoadU(d, in + (y + i) * in_stride + x);
      for (int pass = 0; pass < 2; ++pass) {
        for (int i = 0; i < 8; ++i) {
          mixed[2 * i] = hn::InterleaveLower(d, rows[i], rows[i + 8]);
          mixed[2 * i + 1] = hn::InterleaveUpper(d, rows[i], rows[i + 8]);
        }
        for (int i = 0; i < 8; ++i) {
          rows[2 * i] = hn::InterleaveLower(d, mixed[i], mixed[i + 8]);
          rows[2 * i + 1] = hn::InterleaveUpper(d, mixed[i], mixed[i + 8]);
        }
      }
      for (int i = 0; i < 16; ++i) hn::StoreU(rows[i], d, out + (x + i) * out_stride + y);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace stockpot::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace stockpot::kernels {

HWY_EXPORT(WeighRows);
HWY_EXPORT(Transpose);

void weigh_rows(const std::uint8_t* in, std::int64_t stride, std::span<const std::int32_t> weights, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(WeighRows)(in, stride, weights, out);
}

void transpose(const std::uint8_t* in, std::int64_t height, std::int64_t width, std::int64_t in_stride, std::uint8_t* out, std::int64_t out_stride) {
  HWY_DYNAMIC_DISPATCH(Transpose)(in, height, width, in_stride, out, out_stride);
}

}  // namespace stockpot::kernels
#endif
