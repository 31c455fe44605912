// SPDX-License-Identifier: Apache-2.0
#include "prune/densities.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

constexpr const char* kRemedy =
    "lower prune.sparsity, set prune.scope to tensor, or allow it by prune.allow_empty_tensors";

}  // namespace

std::vector<io::DensityRow> densities_of(const mask::Mask& mask, const model::Layout& layout,
                                         std::int64_t round) {
  std::vector<io::DensityRow> rows;
  for (const auto& tensor : layout.tensors())
    if (tensor.role == model::Role::prunable)
      rows.push_back({.round = round,
                      .tensor = tensor.name,
                      .size = tensor.size,
                      .kept = mask.kept_in(tensor.offset, tensor.offset + tensor.size)});
  return rows;
}

void check_no_tensor_is_empty(const std::vector<io::DensityRow>& rows) {
  const auto empty = [](const io::DensityRow& row) { return row.kept == 0; };
  const auto first = std::ranges::find_if(rows, empty);
  if (first == rows.end()) return;
  throw ConfigError(
      fmt::format("the cut of round {} would leave nothing of {}", first->round, first->tensor),
      fmt::format("all of its {} weights would go; {} of {} tensors would be empty", first->size,
                  std::ranges::count_if(rows, empty), rows.size()),
      kRemedy);
}

void check_room(const config::PruneConfig& config, std::int64_t keep, const model::Layout& layout) {
  const auto tensors = std::ranges::count_if(
      layout.tensors(), [](const auto& tensor) { return tensor.role == model::Role::prunable; });
  if (config.allow_empty_tensors || keep >= tensors) return;
  throw ConfigError(fmt::format("prune.sparsity {} leaves {} weights", config.sparsity, keep),
                    fmt::format("fewer than the {} prunable tensors", tensors), kRemedy);
}

}  // namespace stockpot::prune
