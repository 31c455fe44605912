// SPDX-License-Identifier: Apache-2.0
#include "mask/agreement.hpp"

#include <cmath>

namespace stockpot::mask {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole == 0 ? kNothing : part / whole; }

}  // namespace

Agreement agreement(const Comparison& pair) {
  const auto &n = pair.candidates, &a = pair.kept_a, &b = pair.kept_b;
  const std::int64_t both_kept = (a + b - pair.distance) / 2;
  const std::int64_t both_pruned = n - a - b + both_kept;
  const auto all = static_cast<double>(n), kept_a = static_cast<double>(a),
             kept_b = static_cast<double>(b);
  const double observed = ratio(static_cast<double>(n - pair.distance), all);
  const double chance = ratio(ratio(kept_a * kept_b + (all - kept_a) * (all - kept_b), all), all);
  return {.cosine = ratio(static_cast<double>(both_kept), std::sqrt(kept_a * kept_b)),
          .iou = ratio(static_cast<double>(both_pruned), static_cast<double>(n - both_kept)),
          .kappa = ratio(observed - chance, 1 - chance)};
}

}  // namespace stockpot::mask
