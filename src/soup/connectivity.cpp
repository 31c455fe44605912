// SPDX-License-Identifier: Apache-2.0
#include "soup/connectivity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stockpot::soup {

Distance distance_between(const model::Weights& a, const model::Weights& b) {
  const auto host_a = a.values().to(at::kCPU), host_b = b.values().to(at::kCPU);
  const auto* x = host_a.const_data_ptr<float>();
  const auto* y = host_b.const_data_ptr<float>();
  double between = 0, product = 0, norm_a = 0, norm_b = 0;
  for (std::int64_t i = 0; i < a.layout().trained(); ++i) {
    const double p = x[i], q = y[i];
    between += (p - q) * (p - q);
    product += p * q;
    norm_a += p * p;
    norm_b += q * q;
  }
  const double norms = std::sqrt(norm_a) * std::sqrt(norm_b);
  const double cosine = norms > 0 ? std::clamp(product / norms, -1.0, 1.0) : 1;
  return {.l2 = std::sqrt(between), .angle_deg = std::acos(cosine) * 180 / std::numbers::pi};
}

}  // namespace stockpot::soup
