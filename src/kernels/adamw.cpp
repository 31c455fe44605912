// SPDX-License-Identifier: Apache-2.0
// The arrays are cut into chunks of blocks of 64 elements, the same for every number of threads
// (kept_elements.hpp); a last block of fewer than 64 elements is worked on in a padded copy. Kept
// weights and gradients are gathered into a small buffer, stepped beside their packed moments, and
// scattered back, so that arithmetic and traffic for moments are those of the kept weights only.
#include "kernels/adamw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "kernels/adamw_passes.hpp"
#include "kernels/kept_elements.hpp"
#include "kernels/packing_passes.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::size_t kGatherBlocks =
    16;  // 1024 elements: what is gathered stays in the first cache

/// A block that begins with `values` and ends with zeros.
std::array<float, 64> padded(std::span<const float> values) {
  std::array<float, 64> block{};
  std::ranges::copy(values, block.begin());
  return block;
}

/// One step for 64 * words.size() weights and gradients and the moments of the kept among them.
void step_chunk(AdamWArrays a, std::span<const std::uint64_t> words, const AdamWFactors& factors) {
  std::array<float, kGatherBlocks * 64 + kPackedSlack> w, g;
  while (!words.empty()) {
    const auto part = words.first(std::min(kGatherBlocks, words.size()));
    std::size_t count = part.size() * 64;
    if (std::ranges::all_of(part, [](std::uint64_t word) { return word == ~std::uint64_t{0}; })) {
      adamw_elements(a, count, factors);
    } else {
      count = gather_kept({a.w, a.g}, part, w.data(), g.data());
      adamw_elements({w.data(), g.data(), a.m, a.v}, count, factors);
      scatter_kept(w.data(), part, a.w);
    }
    a = {a.w + part.size() * 64, a.g + part.size() * 64, a.m + count, a.v + count};
    words = words.subspan(part.size());
  }
}

}  // namespace

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
  const KeptElements elements(packing.kept, packing.kept_bits, w.size());
  const auto& starts = packing.starts;
  expect(g.size() == w.size() && static_cast<std::size_t>(packing.size) == w.size() &&
             starts.size() == elements.blocks() + 1,
         "the arrays of an optimizer step differ in size");
  expect(m.size() == static_cast<std::size_t>(starts.back()) && v.size() == m.size(),
         "there are not as many moments as kept weights");
  const AdamWFactors factors = factors_of(step);
  elements.for_each_chunk(elements.whole_blocks(), threads,
                          [&](std::size_t first, std::span<const std::uint64_t> words) {
                            step_chunk({w.data() + first * 64, g.data() + first * 64,
                                        m.data() + starts[first], v.data() + starts[first]},
                                       words, factors);
                          });
  if (const std::size_t rest = elements.rest(), last = elements.whole_blocks(); rest != 0) {
    auto last_w = padded(w.last(rest));
    const auto last_g = padded(g.last(rest));
    const std::uint64_t word = elements.word(last);
    step_chunk({last_w.data(), last_g.data(), m.data() + starts[last], v.data() + starts[last]},
               {&word, 1}, factors);
    std::copy_n(last_w.begin(), rest, w.last(rest).begin());
  }
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
