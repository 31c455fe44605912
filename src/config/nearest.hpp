// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::config {

/// Steps from `a` to `b`: letters inserted, removed or replaced, neighbours swapped (optimal string
/// alignment distance).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was most likely meant, or "" if none is near (more than a third of the
/// letters, at least 1, would change).
///
/// Dotted keys are also compared by their last part alone, so `isp.seed` finds `seed` and
/// `sparsity` finds `prune.sparsity`, unless their section is that of no candidate.
std::string nearest(std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace stockpot::config
