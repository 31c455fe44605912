// SPDX-License-Identifier: Apache-2.0
#include "core/sparsity.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "core/error.hpp"

namespace stockpot {

void check_sparsity(const char* key, double sparsity) {
  if (sparsity >= 0.0 && sparsity < 1.0) return;
  std::string suggestion;
  if (sparsity > 1.0 && sparsity < 100.0)
    suggestion = fmt::format("did you mean {:.4g}?", sparsity / 100.0);
  throw ConfigError(fmt::format("{} {:g} is not in [0,1)", key, sparsity),
                    "it is the fraction of prunable weights set to zero", suggestion);
}

std::int64_t keep_count(double sparsity, std::int64_t prunable) {
  check_sparsity("sparsity", sparsity);
  // nearbyint rounds half to even in the default rounding mode
  return prunable -
         static_cast<std::int64_t>(std::nearbyint(sparsity * static_cast<double>(prunable)));
}

}  // namespace stockpot
