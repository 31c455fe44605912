// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace stockpot::kernels {

/// What a dropout is drawn by, beside sample and place.
struct DropoutDraw {
  std::array<std::uint32_t, 2> key{};  ///< of seed and site (philox_key)
  std::uint32_t step = 0;              ///< of the training
  std::uint32_t training = 0;          ///< which one: round_and_denoiser
  std::uint32_t drop_below = 0;        ///< of 2^16 equally likely numbers, those below drop
};

/// A batch of activations [samples, matrices, rows, columns], dense in this order.
struct DropoutShape {
  std::int64_t samples = 0;
  std::int64_t matrices = 1;  ///< at most 256, such as the heads of an attention
  std::int64_t rows = 1;      ///< at most 8192, such as tokens
  std::int64_t columns = 1;   ///< at most 16384
};

/// Set dropped elements to 0 and multiply the others by 2^16 / (2^16 - drop_below), what their
/// chance to stay makes good for.
///
/// Whether element (sample, m, r, c) stays follows from the draw, the sample's number and (m, r, c)
/// alone: not from the batch that the sample is in, nor from the size to which it is padded. Eight
/// rows of a column share a block of Philox4x32-10 with the counter (m 2^24 + (r / 8) 2^14 + c,
/// sample, step, training); row r % 8 takes bits 16 (r % 8 / 4) and up of its word r % 4.
///
/// x, y     [the shape's size] fp32; they may be the same
/// samples  [shape.samples] their numbers, below 2^32
/// threads  any number of them gives the same bits, every vector width too
/// throws   LogicError where sizes do not fit
/// source   Srivastava et al., "Dropout", JMLR 15 (2014), in the form of torch.nn.Dropout
void dropout(std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y,
             int threads = 1);

/// The number among 2^16 that drops a fraction `rate` in [0, 1) of the elements, to the nearest.
std::uint32_t dropout_threshold(double rate);

}  // namespace stockpot::kernels
