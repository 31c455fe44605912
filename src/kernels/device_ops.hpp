// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "kernels/adamw.hpp"
#include "kernels/dropout.hpp"
#include "kernels/rank_key.hpp"
#include "kernels/sgd.hpp"

namespace stockpot::kernels {

/// Where the arrays of a call lie and who works on them: the CPU with `threads`, or the GPU in the
/// order of `stream` (a cudaStream_t).
struct Place {
  bool cuda = false;
  void* stream = nullptr;
  int threads = 1;
};

// The kernels of select.hpp, adamw.hpp, sgd.hpp, dropout.hpp, packing.hpp and interpolate.hpp on
// arrays of either place, masks included: one call for the trainer, the same bits from both.

void select_largest(const Place& place, std::span<const float> scores,
                    std::span<const std::uint64_t> candidates, std::int64_t keep,
                    std::span<std::uint64_t> kept, Ranking ranking = Ranking::magnitude);
void masked_adamw(const Place& place, std::span<float> w, std::span<const float> g,
                  std::span<float> m, std::span<float> v, const Packing& packing,
                  const AdamWStep& step);
void masked_sgd(const Place& place, std::span<float> w, std::span<const float> g,
                std::span<float> m, const Packing& packing, const SgdStep& step);
void dropout(const Place& place, std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y);
void repack(const Place& place, std::span<const float> from, const Packing& before,
            std::span<float> to, const Packing& now);
double masked_squared_norm(const Place& place, std::span<const float> g,
                           std::span<const std::uint64_t> kept, std::int64_t kept_bits);
void zero_pruned(const Place& place, std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits);

void interpolate(const Place& place, std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits);

}  // namespace stockpot::kernels
