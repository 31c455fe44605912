// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

namespace stockpot::kernels {

// The inner loops of resize.cpp, the first with run-time dispatch. Rows are padded, so that whole
// blocks may be read and written.
constexpr int kResizeFractionBits = 22;
constexpr std::int64_t kResizeColumnPadding = 64;  ///< strides are multiples of it
constexpr std::int64_t kResizeRowPadding = 8;      ///< memory holds a multiple of it rows

/// out[x] = clip(round(sum over j of weights[j] * in[j * stride + x])) for one padded row of
/// `stride` bytes.
void weigh_rows(const std::uint8_t* in, std::int64_t stride, std::span<const std::int32_t> weights,
                std::uint8_t* out);

/// Write in [height, width] to out [width, height].
void transpose(const std::uint8_t* in, std::int64_t height, std::int64_t width,
               std::int64_t in_stride, std::uint8_t* out, std::int64_t out_stride);

}  // namespace stockpot::kernels
