// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stockpot {

/// Weights that survive at sparsity `sparsity` of `prunable` weights: `prunable -
/// round_half_even(sparsity * prunable)`.
///
/// sparsity  fraction in [0, 1), always of the prunable weights, never of the whole model
/// throws    ConfigError outside that range
/// source    methods.md 2.6; torch.nn.utils.prune rounds the same way
///
/// Example:
///     EXPECT_EQ(keep_count(0.9, 1000), 100);
///     EXPECT_EQ(keep_count(0.5, 5), 3);  // 2.5 are to go: 2, the even neighbour
///     EXPECT_THROW(keep_count(90, 1000), std::runtime_error);  // a percentage
std::int64_t keep_count(double sparsity, std::int64_t prunable);

/// Throw ConfigError unless `sparsity` is a fraction in [0, 1); the message guesses what a
/// percentage meant.
void check_sparsity(const char* key, double sparsity);

}  // namespace stockpot
