// SPDX-License-Identifier: Apache-2.0
#include "kernels/device_ops.hpp"

#include "kernels/cuda/ops.hpp"
#include "kernels/interpolate.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels {

void select_largest(const Place& place, std::span<const float> scores,
                    std::span<const std::uint64_t> candidates, std::int64_t keep,
                    std::span<std::uint64_t> kept, Ranking ranking) {
  if (place.cuda)
    return cuda::select_largest(scores, candidates, keep, kept, place.stream, ranking);
  select_largest(scores, candidates, keep, kept, place.threads, ranking);
}

void masked_adamw(const Place& place, std::span<float> w, std::span<const float> g,
                  std::span<float> m, std::span<float> v, const Packing& packing,
                  const AdamWStep& step) {
  if (place.cuda) return cuda::masked_adamw(w, g, m, v, packing, step, place.stream);
  masked_adamw(w, g, m, v, packing, step, place.threads);
}

void masked_sgd(const Place& place, std::span<float> w, std::span<const float> g,
                std::span<float> m, const Packing& packing, const SgdStep& step) {
  if (place.cuda) return cuda::masked_sgd(w, g, m, packing, step, place.stream);
  masked_sgd(w, g, m, packing, step, place.threads);
}

void dropout(const Place& place, std::span<const float> x, std::span<const std::int64_t> samples,
             const DropoutShape& shape, const DropoutDraw& draw, std::span<float> y) {
  if (place.cuda) return cuda::dropout(x, samples, shape, draw, y, place.stream);
  dropout(x, samples, shape, draw, y, place.threads);
}

void repack(const Place& place, std::span<const float> from, const Packing& before,
            std::span<float> to, const Packing& now) {
  if (place.cuda) return cuda::repack(from, before, to, now, place.stream);
  repack(from, before, to, now, place.threads);
}

double masked_squared_norm(const Place& place, std::span<const float> g,
                           std::span<const std::uint64_t> kept, std::int64_t kept_bits) {
  if (place.cuda) return cuda::masked_squared_norm(g, kept, kept_bits, place.stream);
  return masked_squared_norm(g, kept, kept_bits, place.threads);
}

void zero_pruned(const Place& place, std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits) {
  if (place.cuda) return cuda::zero_pruned(values, kept, kept_bits, place.stream);
  zero_pruned(values, kept, kept_bits, place.threads);
}

void interpolate(const Place& place, std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits) {
  if (place.cuda) return cuda::interpolate(w, x, share, kept, kept_bits, place.stream);
  interpolate(w, x, share, kept, kept_bits, place.threads);
}

}  // namespace stockpot::kernels
