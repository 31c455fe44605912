// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "core/index.hpp"

namespace stockpot::kernels {

/// One channel of an image in memory; row y begins at data + y * stride.
struct Plane {
  const std::uint8_t* data = nullptr;
  std::int64_t height = 0, width = 0, stride = 0;
};

/// Fixed-point weights that map `in` pixels of one axis to `out` pixels.
/// source: Pillow's Resample.c, bicubic with a = -0.5, stretched by in / out when shrinking
/// (antialiasing), 22 fractional bits.
class BicubicAxis {
 public:
  BicubicAxis(std::int64_t in, std::int64_t out);

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return std::ssize(first_); }
  /// First input pixel that output pixel `x` depends on.
  std::int64_t first(std::int64_t x) const { return at(first_, x); }
  /// Its weights, one per input pixel from `first` on.
  std::span<const std::int32_t> weights(std::int64_t x) const;

 private:
  std::int64_t in_;
  std::vector<std::int32_t> first_, count_, weights_;
  std::size_t most_;
};

/// Resizes planes as Pillow's Image.resize(BICUBIC) does, to the byte. Keeps weights and scratch
/// from call to call: one per thread. source: Pillow 2.7 to 12.3, columns first (Pillow 13 chooses
/// the order by the sizes).
class BicubicResizer {
 public:
  /// Write `in` resized to `out` [height, width]; they may not overlap.
  void operator()(const Plane& in, std::int64_t height, std::int64_t width,
                  std::span<std::uint8_t> out);

 private:
  const BicubicAxis& axis(std::int64_t in, std::int64_t out);

  std::map<std::pair<std::int64_t, std::int64_t>, BicubicAxis> axes_;
  std::vector<std::uint8_t> scratch_[2];
};

/// The same, pixel by pixel: the oracle of the vector code.
void resize_bicubic_oracle(const Plane& in, std::int64_t height, std::int64_t width,
                           std::span<std::uint8_t> out);

}  // namespace stockpot::kernels
