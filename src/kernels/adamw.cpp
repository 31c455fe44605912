// The arrays are cut into chunks of 4096 elements (64 blocks, one mask word each), the same for every number of threads. A chunk gets
// the words of the mask, and all ones beyond its end; a last block of fewer than 64 elements is worked on in a padded copy.
#include "kernels/adamw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "kernels/adamw_passes.hpp"
#include "kernels/kept_word.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::int64_t kChunksPerThread = 4;  // fewer cost more to hand out than to do

/// Which of `size` elements count: those the mask keeps, and all beyond its end.
class KeptElements {
 public:
  KeptElements(std::span<const std::uint64_t> mask, std::int64_t mask_bits, std::size_t size)
      : mask_(mask), mask_bits_(mask.empty() ? 0 : static_cast<std::size_t>(mask_bits)), size_(size) {
    expect(mask.empty() || (mask_bits >= 0 && mask.size() == words_for(mask_bits_)), "a mask has not as many words as its bits need");
    expect(mask_bits_ <= size, "a mask is longer than the arena");
  }

  std::uint64_t word(std::size_t block) const { return kept_word(mask_.data(), mask_bits_, block); }
  std::size_t whole_blocks() const { return size_ / 64; }
  std::size_t rest() const { return size_ % 64; }
  std::size_t chunks() const { return (whole_blocks() + kChunkBlocks - 1) / kChunkBlocks; }

  /// Call body(chunk number, first element, words) for every chunk of whole blocks, on at most `threads` threads.
  template <typename Body>
  void for_each_chunk(int threads, Body body) const {
    const auto count = static_cast<std::int64_t>(chunks());
    const auto team = static_cast<int>(std::clamp<std::int64_t>(count / kChunksPerThread, 1, threads));
#pragma omp parallel for num_threads(team) schedule(static)
    for (std::int64_t c = 0; c < count; ++c) {
      const std::size_t first = static_cast<std::size_t>(c) * kChunkBlocks, blocks = std::min(kChunkBlocks, whole_blocks() - first);
      std::array<std::uint64_t, kChunkBlocks> words;
      for (std::size_t b = 0; b < blocks; ++b) words[b] = word(first + b);
      body(static_cast<std::size_t>(c), first * 64, std::span<const std::uint64_t>(words.data(), blocks));
    }
  }

 private:
  std::span<const std::uint64_t> mask_;
  std::size_t mask_bits_, size_;
};

/// A block that begins with `values` and ends with zeros.
std::array<float, 64> padded(std::span<const float> values) {
  std::array<float, 64> block{};
  std::ranges::copy(values, block.begin());
  return block;
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

void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m, std::span<float> v,
                  std::span<const std::uint64_t> kept, std::int64_t kept_bits, const AdamWStep& step, int threads) {
  expect(g.size() == w.size() && m.size() == w.size() && v.size() == w.size(), "the arrays of an optimizer step differ in size");
  const KeptElements elements(kept, kept_bits, w.size());
  const AdamWFactors factors = factors_of(step);
  elements.for_each_chunk(threads, [&](std::size_t, std::size_t first, std::span<const std::uint64_t> words) {
    adamw_blocks({w.data() + first, g.data() + first, m.data() + first, v.data() + first}, words, factors);
  });
  if (const std::size_t rest = elements.rest(); rest != 0) {
    auto last_w = padded(w.last(rest)), last_m = padded(m.last(rest)), last_v = padded(v.last(rest));
    const auto last_g = padded(g.last(rest));
    const std::uint64_t word = elements.word(elements.whole_blocks());
    adamw_blocks({last_w.data(), last_g.data(), last_m.data(), last_v.data()}, {&word, 1}, factors);
    std::copy_n(last_w.begin(), rest, w.last(rest).begin());
    std::copy_n(last_m.begin(), rest, m.last(rest).begin());
    std::copy_n(last_v.begin(), rest, v.last(rest).begin());
  }
}

double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept, std::int64_t kept_bits, int threads) {
  const KeptElements elements(kept, kept_bits, g.size());
  std::vector<double> sums(elements.chunks() + 1);
  elements.for_each_chunk(threads, [&](std::size_t chunk, std::size_t first, std::span<const std::uint64_t> words) {
    sums[chunk] = squared_norm_of_blocks(g.data() + first, words);
  });
  const std::uint64_t word = elements.word(elements.whole_blocks());
  sums.back() = squared_norm_of_blocks(padded(g.last(elements.rest())).data(), {&word, 1});
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept, std::int64_t kept_bits, int threads) {
  const KeptElements elements(kept, kept_bits, values.size());
  elements.for_each_chunk(threads, [&](std::size_t, std::size_t first, std::span<const std::uint64_t> words) {
    zero_pruned_blocks(values.data() + first, words);
  });
  auto last = padded(values.last(elements.rest()));
  const std::uint64_t word = elements.word(elements.whole_blocks());
  zero_pruned_blocks(last.data(), {&word, 1});
  std::copy_n(last.begin(), elements.rest(), values.last(elements.rest()).begin());
}

}  // namespace stockpot::kernels
