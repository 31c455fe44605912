// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.hpp"

#include <algorithm>
#include <set>

namespace stockpot::data {

BatchShape shape_of(const Dataset& dataset, std::span<const std::int64_t> indices) {
  BatchShape shape{.samples = static_cast<std::int64_t>(indices.size())};
  const auto lengths = dataset.lengths();
  if (lengths.empty()) return shape;
  for (const auto index : indices)
    shape.tokens = std::max(shape.tokens, lengths[static_cast<std::size_t>(index)]);
  return shape;
}

std::int64_t resident_bytes(const Splits& splits) {
  std::set<const Dataset*> datasets = {splits.train.dataset.get(), splits.validation.dataset.get(),
                                       splits.test.dataset.get()};
  for (const auto& more : splits.more_tests) datasets.insert(more.split.dataset.get());
  std::int64_t bytes = 0;
  for (const Dataset* dataset : datasets)
    if (dataset != nullptr) bytes += dataset->bytes();
  return bytes;
}

}  // namespace stockpot::data
