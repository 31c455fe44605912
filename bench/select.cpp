// SPDX-License-Identifier: Apache-2.0
// Exact select and pack of the prunable weights of ViT-B/32 at sparsity 0.8, against what LibTorch
// offers and against the memory.
#include "kernels/select.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>

#include "bench/entries.hpp"
#include "core/error.hpp"
#include "core/sparsity.hpp"

namespace stockpot::bench {
namespace {

constexpr std::int64_t kPrunable = 84'934'656;

/// Weights like those of a trained network (sigma 0.02), all of them candidates.
struct Problem {
  at::Tensor weights;
  std::vector<std::uint64_t> candidates, kept;
  std::int64_t keep;
  int threads;

  explicit Problem(const Setting& setting)
      : weights(at::randn({scaled(kPrunable, setting, 1000)}, at::detail::createCPUGenerator(1))
                    .mul_(0.02)),
        candidates(kernels::words_for(size()), ~std::uint64_t{0}),
        kept(candidates.size()),
        keep(keep_count(0.8, weights.numel())),
        threads(setting.threads) {
    if (size() % 64 != 0) candidates.back() = ~(~std::uint64_t{0} << (size() % 64));
    at::set_num_threads(threads);
  }

  std::size_t size() const { return static_cast<std::size_t>(weights.numel()); }
  std::span<const float> scores() const { return {weights.const_data_ptr<float>(), size()}; }
  void select() { kernels::select_largest(scores(), candidates, keep, kept, threads); }
  bool is_kept(std::size_t i) const { return kept[i / 64] >> (i % 64) & 1; }
};

/// Sum of the bits of an array: what reading it costs at the least.
__attribute__((target_clones("avx512f", "avx2", "default"))) std::uint32_t sum_range(
    const std::uint32_t* values, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += values[i];
  return sum;
}

std::uint32_t read_pass(std::span<const float> values, int threads) {
  std::uint32_t sum = 0;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : sum)
  for (int t = 0; t < threads; ++t) {
    const std::size_t begin = values.size() * t / threads, end = values.size() * (t + 1) / threads;
    sum += sum_range(reinterpret_cast<const std::uint32_t*>(values.data()) + begin, end - begin);
  }
  return sum;
}

}  // namespace

Timings select_vs_kthvalue(const Setting& setting) {
  Problem problem(setting);
  const at::Tensor magnitudes = problem.weights.abs();  // not timed: a gift to the peer
  at::Tensor threshold, above;
  const Timings timings = time_interleaved(
      setting, 5, [&] { problem.select(); },
      [&] {
        threshold = std::get<0>(at::kthvalue(magnitudes, magnitudes.numel() - problem.keep));
        above = at::gt(magnitudes, threshold);
      });
  expect(kernels::count_ones(problem.kept) == problem.keep,
         "select kept another number of weights than asked");
  const float* magnitude = magnitudes.const_data_ptr<float>();
  const bool* torch_keeps = above.const_data_ptr<bool>();
  const float limit = threshold.item<float>();
  for (std::size_t i = 0; i < problem.size();
       ++i)  // weights on the threshold are ties: ours keeps the exact count, gt none of them
    expect(problem.is_kept(i) == torch_keeps[i] || magnitude[i] == limit,
           "select and kthvalue keep different weights");
  return timings;
}

Timings select_vs_read(const Setting& setting) {
  Problem problem(setting);
  volatile std::uint32_t sink = 0;
  const Timings timings = time_interleaved(
      setting, 15, [&] { problem.select(); },
      [&] { sink = read_pass(problem.scores(), problem.threads); });
  float largest_removed = 0, smallest_kept = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < problem.size(); ++i) {
    const float magnitude = std::abs(problem.scores()[i]);
    if (problem.is_kept(i)) {
      smallest_kept = std::min(smallest_kept, magnitude);
    } else {
      largest_removed = std::max(largest_removed, magnitude);
    }
  }
  expect(kernels::count_ones(problem.kept) == problem.keep && largest_removed <= smallest_kept,
         "select kept other than the largest weights");
  return timings;
}

}  // namespace stockpot::bench
