// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.hpp"

#include <algorithm>

namespace stockpot::data {

BatchShape shape_of(const Dataset& dataset, std::span<const std::int64_t> indices) {
  BatchShape shape{.samples = static_cast<std::int64_t>(indices.size())};
  const auto lengths = dataset.lengths();
  if (lengths.empty()) return shape;
  for (const auto index : indices)
    shape.tokens = std::max(shape.tokens, lengths[static_cast<std::size_t>(index)]);
  return shape;
}

}  // namespace stockpot::data
