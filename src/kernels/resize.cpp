// SPDX-License-Identifier: Apache-2.0
// Separable: columns are resized first, then rows, with a rounding to 8 bits between (Pillow's
// order). Both passes are the same loop, "output row = weighted sum of a few input rows", which
// vectorises over the row; the horizontal pass runs it on the transposed plane.
//   in [h, w] -> padded -> transposed [w, h] -> weighted [W, h] -> transposed [h, W] -> weighted
//   [H, W] = out
// Rows are padded to 64 bytes and their number to 8, so the inner loops have no tails. The padding
// holds whatever it holds.
#include "kernels/resize.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "core/error.hpp"
#include "core/index.hpp"
#include "kernels/resize_passes.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::size_t kMostAxes = 1024;  // more sizes than that are not worth their memory
constexpr int kFractionBits = kResizeFractionBits;

double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

std::int32_t fixed_point(double weight) {
  return static_cast<std::int32_t>((weight < 0 ? -0.5 : 0.5) + weight * (1 << kFractionBits));
}

std::int64_t padded(std::int64_t size, std::int64_t to) { return (size + to - 1) / to * to; }

std::uint8_t* fit(std::vector<std::uint8_t>& scratch, std::int64_t height, std::int64_t stride) {
  scratch.resize(std::max(scratch.size(),
                          static_cast<std::size_t>(padded(height, kResizeRowPadding) * stride)));
  return scratch.data();
}

/// Every row of `axis` as a weighted sum of rows of `in`, whose stride `out` shares.
void weigh(const BicubicAxis& axis, const std::uint8_t* in, std::uint8_t* out,
           std::int64_t stride) {
  for (std::int64_t y = 0; y < axis.out(); ++y)
    weigh_rows(in + axis.first(y) * stride, stride, axis.weights(y), out + y * stride);
}

}  // namespace

BicubicAxis::BicubicAxis(std::int64_t in, std::int64_t out) : in_(in) {
  expect(in >= 1 && out >= 1 && in < (1 << 24) && out < (1 << 24),
         "sides of images lie in [1, 2^24)");
  const double scale = static_cast<double>(in) / static_cast<double>(out),
               stretch = std::max(scale, 1.0), support = 2.0 * stretch;
  most_ = static_cast<std::size_t>(std::ceil(support)) * 2 + 1;
  weights_.resize(static_cast<std::size_t>(out) * most_);
  std::vector<double> exact(most_);
  for (std::int64_t x = 0; x < out; ++x) {
    const double centre = (static_cast<double>(x) + 0.5) * scale;
    const auto begin = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - support + 0.5));
    const auto end = std::min(in, static_cast<std::int64_t>(centre + support + 0.5));
    double sum = 0;
    for (std::int64_t p = begin; p < end; ++p)
      sum += at(exact, p - begin) =
          bicubic((static_cast<double>(p) - centre + 0.5) * (1.0 / stretch));
    for (std::int64_t p = begin; p < end; ++p)
      weights_[static_cast<std::size_t>(x) * most_ + static_cast<std::size_t>(p - begin)] =
          fixed_point(at(exact, p - begin) / sum);
    first_.push_back(static_cast<std::int32_t>(begin));
    count_.push_back(static_cast<std::int32_t>(end - begin));
  }
}

std::span<const std::int32_t> BicubicAxis::weights(std::int64_t x) const {
  return {weights_.data() + static_cast<std::size_t>(x) * most_,
          static_cast<std::size_t>(at(count_, x))};
}

const BicubicAxis& BicubicResizer::axis(std::int64_t in, std::int64_t out) {
  if (axes_.size() >= kMostAxes) axes_.clear();
  return axes_.try_emplace({in, out}, in, out).first->second;
}

void BicubicResizer::operator()(const Plane& in, std::int64_t height, std::int64_t width,
                                std::span<std::uint8_t> out) {
  expect(std::ssize(out) == height * width, "the resized plane must fit its memory");
  const std::int64_t h = in.height, w = in.width, H = height, W = width;
  const auto stride = [](std::int64_t row) { return padded(row, kResizeColumnPadding); };

  std::uint8_t* plane = fit(scratch_[0], h, stride(w));
  for (std::int64_t y = 0; y < h; ++y)
    std::memcpy(plane + y * stride(w), in.data + y * in.stride, static_cast<std::size_t>(w));
  std::uint8_t* turned = fit(scratch_[1], w, stride(h));
  transpose(plane, h, w, stride(w), turned, stride(h));
  std::uint8_t* narrow = fit(scratch_[0], W, stride(h));
  weigh(axis(w, W), turned, narrow, stride(h));
  std::uint8_t* upright = fit(scratch_[1], h, stride(W));
  transpose(narrow, W, h, stride(h), upright, stride(W));
  std::uint8_t* result = fit(scratch_[0], H, stride(W));
  weigh(axis(h, H), upright, result, stride(W));
  for (std::int64_t y = 0; y < H; ++y)
    std::memcpy(out.data() + y * W, result + y * stride(W), static_cast<std::size_t>(W));
}

void resize_bicubic_oracle(const Plane& in, std::int64_t height, std::int64_t width,
                           std::span<std::uint8_t> out) {
  const BicubicAxis rows(in.height, height), columns(in.width, width);
  const auto clipped = [](std::int64_t sum) {
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> kFractionBits, 0, 255));
  };
  const auto weighted = [&](const BicubicAxis& axis, std::int64_t x, auto pixel) {
    std::int64_t sum = 1 << (kFractionBits - 1), p = axis.first(x);
    for (const std::int32_t weight : axis.weights(x)) sum += std::int64_t{weight} * pixel(p++);
    return clipped(sum);
  };
  const std::int64_t h = in.height, H = height, W = width;
  std::vector<std::uint8_t> between(static_cast<std::size_t>(h * W));
  for (std::int64_t y = 0; y < h; ++y)
    for (std::int64_t x = 0; x < W; ++x)
      at(between, y * W + x) =
          weighted(columns, x, [&](std::int64_t p) { return in.data[y * in.stride + p]; });
  for (std::int64_t y = 0; y < H; ++y)
    for (std::int64_t x = 0; x < W; ++x)
      at(out, y * W + x) =
          weighted(rows, y, [&](std::int64_t p) { return at(between, p * W + x); });
}

}  // namespace stockpot::kernels
