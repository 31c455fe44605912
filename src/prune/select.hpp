// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "mask/mask.hpp"
#include "model/layout.hpp"
#include "prune/keys.hpp"
#include "prune/method.hpp"

namespace stockpot::prune {

/// Among the weights [begin, end), `keep` are to survive.
struct Quota {
  std::int64_t begin = 0, end = 0, keep = 0;
};

/// Who competes with whom when `keep` of the weights that `held` keeps are to survive.
///
/// global  one quota: all with all
/// tensor  one per tensor, the same fraction of each (largest remainder, so that the sum is exact)
///
/// Example:
///     const model::Layout layout({{.names = {"a"}, .shape = {4}, .role = model::Role::prunable},
///                                 {.names = {"b"}, .shape = {8}, .role = model::Role::prunable}});
///     const auto quotas = quotas_of(Scope::tensor, mask::Mask::all(12), 7, layout);
///     EXPECT_EQ(quotas[0].keep, 2);  // 7 * 4 / 12 = 2.33
///     EXPECT_EQ(quotas[1].keep, 5);  // 4.67, the larger remainder
std::vector<Quota> quotas_of(Scope scope, const mask::Mask& held, std::int64_t keep,
                             const model::Layout& layout);

/// Keep in each quota those of `candidates` with the largest keys; among equal ones the later in
/// canonical order stays. source: methods.md 2.1
/// throws  LogicError where a quota has fewer candidates
mask::Mask select(const Keys& keys, const mask::Mask& candidates, const std::vector<Quota>& quotas);

/// The part of `mask` in [begin, end).
mask::Mask only_range(const mask::Mask& mask, std::int64_t begin, std::int64_t end);

}  // namespace stockpot::prune
