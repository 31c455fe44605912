// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace stockpot::kernels {

/// The loop of interpolate.hpp over `count` elements, vectorised for the processor it runs on.
void interpolate_elements(float* w, const float* x, std::size_t count, double share);

/// The same over whole blocks of 64 elements under the words of a mask.
void interpolate_kept_blocks(float* w, const float* x, std::span<const std::uint64_t> kept,
                             double share);

/// One element: the plain form, whose bits the others have.
inline float interpolated(float w, float x, double share) {
  return static_cast<float>((1 - share) * static_cast<double>(w) + share * static_cast<double>(x));
}

}  // namespace stockpot::kernels
