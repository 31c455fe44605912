// SPDX-License-Identifier: Apache-2.0
#include "train/learning_rate.hpp"

#include <algorithm>
#include <cmath>

#include "config/number_list.hpp"

namespace stockpot::train {

double LearningRateLine::at(std::int64_t n) const {
  double rate = initial;
  if (n < warmup_steps) {
    rate *= static_cast<double>(n);
    rate /= static_cast<double>(warmup_steps);
  } else if (drop_at.empty()) {
    rate *= static_cast<double>(std::max<std::int64_t>(0, total_steps - n));
    rate /= static_cast<double>(std::max<std::int64_t>(1, total_steps - warmup_steps));
  }
  for (const double fraction : drop_at)
    if (n >= std::llround(fraction * static_cast<double>(total_steps))) rate *= drop_factor;
  return rate;
}

LearningRateLine line_of(const config::TrainConfig& config, std::int64_t total_steps) {
  LearningRateLine line{.initial = config.lr,
                        .warmup_steps = config.warmup_steps,
                        .total_steps = total_steps,
                        .drop_at = {},
                        .drop_factor = 1};
  if (config.schedule == "steps") {
    line.drop_at = config::number_list(config.drop_at).value_or(std::vector<double>{});
    line.drop_factor = config.drop_factor;
  }
  return line;
}

}  // namespace stockpot::train
