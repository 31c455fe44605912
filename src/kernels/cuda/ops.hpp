// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "kernels/adamw.hpp"
#include "kernels/dropout.hpp"
#include "kernels/rank_key.hpp"
#include "kernels/sgd.hpp"

// The kernels on a GPU. Every span, those of a Packing too, is device memory; `stream` is a
// cudaStream_t. Results have the same bits as those of the CPU. In a build without CUDA all of them
// throw LogicError: no array can lie on a GPU there.
namespace stockpot::kernels::cuda {

/// As kernels::select_largest; blocks until done.
void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                    std::int64_t keep, std::span<std::uint64_t> kept, void* stream,
                    Ranking ranking = Ranking::magnitude);

/// As kernels::masked_adamw; returns once it is queued.
void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m,
                  std::span<float> v, const Packing& packing, const AdamWStep& step, void* stream);

/// As kernels::masked_sgd; returns once it is queued.
void masked_sgd(std::span<float> w, std::span<const float> g, std::span<float> m,
                const Packing& packing, const SgdStep& step, void* stream);

/// As kernels::dropout; returns once it is queued.
void dropout(std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y, void* stream);

/// As kernels::repack; returns once it is queued.
void repack(std::span<const float> from, const Packing& before, std::span<float> to,
            const Packing& now, void* stream);

/// As kernels::masked_squared_norm; blocks until done.
double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept,
                           std::int64_t kept_bits, void* stream);

/// As kernels::zero_pruned; returns once it is queued.
void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits, void* stream);

/// As kernels::interpolate; returns once it is queued.
void interpolate(std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits, void* stream);

}  // namespace stockpot::kernels::cuda
