// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace stockpot::prune {

/// Weights left after each round that removes `rate` of the rest (rounded as every count, at least
/// one weight); the last round is clipped to `final_keep`. Empty where nothing is to go.
std::vector<std::int64_t> compounding(double rate, std::int64_t prunable, std::int64_t final_keep);

/// Weights left after each tenth of the original weights, down to `sparsity`.
/// source: methods.md 3.8, 3.12
std::vector<std::int64_t> tenths(double sparsity, std::int64_t prunable);

}  // namespace stockpot::prune
