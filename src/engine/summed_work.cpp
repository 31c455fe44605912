// SPDX-License-Identifier: Apache-2.0
#include "engine/summed_work.hpp"

#include <array>

namespace stockpot::engine {

Work summed(const Work& own, const comm::Group& group) {
  std::array<std::int64_t, 4> counts{own.steps, own.samples, own.flops_executed,
                                     own.flops_theoretical};
  group.sum(std::span<std::int64_t>(counts));
  return {counts[0], counts[1], counts[2], counts[3]};
}

}  // namespace stockpot::engine
