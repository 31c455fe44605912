#include "kernels/select.hpp"

#include <bit>

namespace stockpot::kernels {

void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates, std::int64_t keep,
                    std::span<std::uint64_t> kept, int /*threads*/) {
  select_largest_oracle(scores, candidates, keep, kept);
}

std::int64_t count_ones(std::span<const std::uint64_t> words) {
  std::int64_t ones = 0;
  for (const std::uint64_t word : words) ones += std::popcount(word);
  return ones;
}

}  // namespace stockpot::kernels
