// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels {

void select_largest_oracle(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                           std::int64_t keep, std::span<std::uint64_t> kept, Ranking ranking) {
  std::vector<std::pair<float, std::size_t>> ranked;  // ascending: the first are removed
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (candidates[i / 64] >> (i % 64) & 1)
      ranked.emplace_back(ranking == Ranking::value ? scores[i] : std::abs(scores[i]), i);
  expect(0 <= keep && keep <= std::ssize(ranked),
         "more weights are to be kept than are candidates");
  std::ranges::sort(ranked);
  std::ranges::fill(kept, 0);
  for (std::size_t r = ranked.size() - static_cast<std::size_t>(keep); r < ranked.size(); ++r)
    kept[ranked[r].second / 64] |= std::uint64_t{1} << (ranked[r].second % 64);
}

}  // namespace stockpot::kernels
