// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "mask/mask.hpp"
#include "model/layout.hpp"

namespace stockpot::prune {

/// Keep the `keep` of `candidates` with the largest |score|; among equal ones the later in
/// canonical order stays.
///
/// scope  global: all weights compete; tensor: each tensor gives up the same fraction (largest
/// remainder, so that the sum is exact) source methods.md 2.1
mask::Mask select(std::span<const float> scores, const mask::Mask& candidates, std::int64_t keep,
                  const std::string& scope, const model::Layout& layout);

}  // namespace stockpot::prune
