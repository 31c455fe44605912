// SPDX-License-Identifier: Apache-2.0
#include "comm/device.hpp"

#include <algorithm>
#include <vector>

namespace stockpot::comm {

bool some_share_a_gpu(std::span<const GpuAddress> of_ranks) {
  std::vector<GpuAddress> sorted(of_ranks.begin(), of_ranks.end());
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) != sorted.end();
}

}  // namespace stockpot::comm
