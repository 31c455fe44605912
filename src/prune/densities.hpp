// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "config/run_config.hpp"
#include "io/run_result.hpp"
#include "mask/mask.hpp"
#include "model/layout.hpp"

namespace stockpot::prune {

/// What `mask` leaves of every prunable tensor, in canonical order.
std::vector<io::DensityRow> densities_of(const mask::Mask& mask, const model::Layout& layout,
                                         std::int64_t round);

/// See that each of them keeps a weight.
/// throws ConfigError (78) that names the first that keeps none, and how many there are
void check_no_tensor_is_empty(const std::vector<io::DensityRow>& rows);

/// See that `keep` weights are one for each prunable tensor at least, unless
/// prune.allow_empty_tensors says that they need not be. throws ConfigError (78)
void check_room(const config::PruneConfig& config, std::int64_t keep, const model::Layout& layout);

}  // namespace stockpot::prune
