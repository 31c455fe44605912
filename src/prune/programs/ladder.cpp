// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/ladder.hpp"

#include <algorithm>
#include <cmath>

#include "core/sparsity.hpp"

namespace stockpot::prune {

std::vector<std::int64_t> compounding(double rate, std::int64_t prunable, std::int64_t final_keep) {
  std::vector<std::int64_t> keeps;
  for (std::int64_t left = prunable; left > final_keep;) {
    const auto removed = std::max<std::int64_t>(1, left - keep_count(rate, left));
    left = std::max(final_keep, left - removed);
    keeps.push_back(left);
  }
  return keeps;
}

std::vector<std::int64_t> tenths(double sparsity, std::int64_t prunable) {
  constexpr double kTenth = 0.1;
  std::vector<std::int64_t> keeps;
  const auto cuts = static_cast<std::int64_t>(std::ceil(sparsity / kTenth - 1e-9));
  for (std::int64_t i = 1; i <= cuts; ++i)
    keeps.push_back(keep_count(std::min(sparsity, kTenth * static_cast<double>(i)), prunable));
  return keeps;
}

}  // namespace stockpot::prune
