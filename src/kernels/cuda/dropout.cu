// SPDX-License-Identifier: Apache-2.0
// Dropout on a GPU, with the bits of the CPU: a thread draws the eight rows of a column.
#include "kernels/cuda/kept.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ops.hpp"
#include "kernels/dropout_passes.hpp"

namespace stockpot::kernels::cuda {
namespace {

/// A block of Philox4x32-10 (core/random.hpp).
struct Block {
  std::uint32_t words[4];
};

__device__ Block philox(Block c, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c.words[0],
                        p1 = std::uint64_t{0xCD9E8D57U} * c.words[2];
    c = {{static_cast<std::uint32_t>(p1 >> 32) ^ c.words[1] ^ key0, static_cast<std::uint32_t>(p1),
          static_cast<std::uint32_t>(p0 >> 32) ^ c.words[3] ^ key1,
          static_cast<std::uint32_t>(p0)}};
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  return c;
}

struct Activations {
  const float* x;
  float* y;
  const std::int64_t* samples;
  DropoutShape shape;
};

/// DropoutDraw as a kernel takes it.
struct Draw {
  std::uint32_t key0, key1, step, training, drop_below;
  float scale;
};

__global__ void drop(Activations a, Draw draw, std::int64_t columns_of_stripes) {
  const auto i = static_cast<std::int64_t>(own_element());
  if (i >= columns_of_stripes) return;
  const std::int64_t stripes = (a.shape.rows + kDropoutRows - 1) / kDropoutRows;
  const std::int64_t column = i % a.shape.columns, stripe = i / a.shape.columns % stripes,
                     matrix = i / a.shape.columns / stripes % a.shape.matrices,
                     sample = i / a.shape.columns / stripes / a.shape.matrices;
  const Block block =
      philox({{static_cast<std::uint32_t>(matrix << 24 | stripe << 14 | column),
               static_cast<std::uint32_t>(a.samples[sample]), draw.step, draw.training}},
             draw.key0, draw.key1);
  for (std::int64_t r = 0; r < kDropoutRows; ++r) {
    const std::int64_t row = stripe * kDropoutRows + r;
    if (row >= a.shape.rows) return;
    const std::int64_t at =
        ((sample * a.shape.matrices + matrix) * a.shape.rows + row) * a.shape.columns + column;
    const std::uint32_t number = block.words[r % 4] >> (r / 4 * 16) & 0xffffU;
    a.y[at] = number >= draw.drop_below ? __fmul_rn(a.x[at], draw.scale) : 0.0F;
  }
}

}  // namespace

void dropout(std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y, void* stream) {
  expect_dropout_fits(x.size(), y.size(), samples.size(), shape, draw);
  if (x.empty()) return;
  const std::int64_t count = shape.samples * shape.matrices *
                             ((shape.rows + kDropoutRows - 1) / kDropoutRows) * shape.columns;
  launch(drop, blocks_for(static_cast<std::size_t>(count)), static_cast<cudaStream_t>(stream),
         Activations{x.data(), y.data(), samples.data(), shape},
         Draw{draw.key[0], draw.key[1], draw.step, draw.training, draw.drop_below,
              dropout_scale(draw)},
         count);
}

}  // namespace stockpot::kernels::cuda
