// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "kernels/adamw_passes.hpp"
#include "kernels/kept_elements.hpp"
#include "kernels/masked_step.hpp"

namespace stockpot::kernels {
AdamWFactors factors_of(const AdamWStep& step) {
  const auto n = static_cast<double>(step.step);
  return {.decay = static_cast<float>(1 - step.lr * step.weight_decay),
          .rate = static_cast<float>(step.lr / (1 - std::pow(step.beta1, n))),
          .one_minus_beta1 = static_cast<float>(1 - step.beta1),
          .beta2 = static_cast<float>(step.beta2),
          .one_minus_beta2 = static_cast<float>(1 - step.beta2),
          .root = static_cast<float>(std::sqrt(1 - std::pow(step.beta2, n))),
          .eps = static_cast<float>(step.eps),
          .gradient_scale = static_cast<float>(step.gradient_scale)};
}

void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m,
                  std::span<float> v, const Packing& packing, const AdamWStep& step, int threads) {
  expect_packed(m, packing);
  expect_packed(v, packing);
  const AdamWFactors factors = factors_of(step);
  step_kept(w, g, packing, threads,
            [&](float* w_at, const float* g_at, std::size_t place, std::size_t count) {
              adamw_elements({w_at, g_at, m.data() + place, v.data() + place}, count, factors);
            });
}

double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept,
                           std::int64_t kept_bits, int threads) {
  const KeptElements elements(kept, kept_bits, g.size());
  std::vector<double> sums(elements.whole_chunks() + 1);
  elements.for_each_chunk(elements.whole_blocks(), threads,
                          [&](std::size_t first, std::span<const std::uint64_t> words) {
                            sums[first / kChunkBlocks] =
                                squared_norm_of_blocks(g.data() + first * 64, words);
                          });
  const std::uint64_t word = elements.word(elements.whole_blocks());
  sums.back() = squared_norm_of_blocks(padded(g.last(elements.rest())).data(), {&word, 1});
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept,
                 std::int64_t kept_bits, int threads) {
  const KeptElements elements(kept, kept_bits, values.size());
  elements.for_each_chunk(elements.whole_blocks(), threads,
                          [&](std::size_t first, std::span<const std::uint64_t> words) {
                            zero_pruned_blocks(values.data() + first * 64, words);
                          });
  auto last = padded(values.last(elements.rest()));
  const std::uint64_t word = elements.word(elements.whole_blocks());
  zero_pruned_blocks(last.data(), {&word, 1});
  std::copy_n(last.begin(), elements.rest(), values.last(elements.rest()).begin());
}

}  // namespace stockpot::kernels
