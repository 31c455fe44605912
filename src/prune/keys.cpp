// SPDX-License-Identifier: Apache-2.0
#include "prune/keys.hpp"

#include <cmath>
#include <iterator>

#include "core/error.hpp"

namespace stockpot::prune {

Keys magnitude_of(const model::Weights& weights) {
  return {.values = weights.values().narrow(0, 0, weights.layout().prunable())};
}

void add_strength(const Keys& keys, std::span<float> sum) {
  const auto host = keys.values.to(at::kCPU).contiguous();
  expect(host.numel() == std::ssize(sum), "a sum for every key", host.numel(), sum.size());
  const float* values = host.const_data_ptr<float>();
  const bool by_magnitude = keys.ranking == kernels::Ranking::magnitude;
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] += by_magnitude ? std::abs(values[i]) : values[i];
}

}  // namespace stockpot::prune
