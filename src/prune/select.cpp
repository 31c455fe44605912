// SPDX-License-Identifier: Apache-2.0
#include "prune/select.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "kernels/select.hpp"

namespace stockpot::prune {
namespace {

/// Shares of `keep` for tensors that hold `held` kept weights each: proportional, rounded down, the
/// rest to the largest remainders.
std::vector<std::int64_t> proportional_shares(const std::vector<std::int64_t>& held,
                                              std::int64_t keep) {
  const std::int64_t all = std::accumulate(held.begin(), held.end(), std::int64_t{0});
  std::vector<std::int64_t> shares, remainders, order(held.size());
  for (const std::int64_t h : held) {
    const auto product = static_cast<__int128>(h) * keep;
    shares.push_back(static_cast<std::int64_t>(product / std::max<std::int64_t>(1, all)));
    remainders.push_back(static_cast<std::int64_t>(product % std::max<std::int64_t>(1, all)));
  }
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) {
    return remainders[static_cast<std::size_t>(a)] > remainders[static_cast<std::size_t>(b)];
  });
  std::int64_t missing = keep - std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  for (std::size_t i = 0; missing > 0; ++i, --missing) ++shares[static_cast<std::size_t>(order[i])];
  return shares;
}

mask::Mask only_range(const mask::Mask& mask, std::int64_t begin, std::int64_t end) {
  auto part = mask::Mask::none(mask.size());
  for (std::int64_t i = begin; i < end; ++i)
    if (mask[i]) part.set(i, true);
  return part;
}

}  // namespace

mask::Mask select(std::span<const float> scores, const mask::Mask& candidates, std::int64_t keep,
                  const std::string& scope, const model::Layout& layout) {
  auto kept = mask::Mask::none(candidates.size());
  if (scope == "global") {
    kernels::select_largest(scores, candidates.words(), keep, kept.words(), at::get_num_threads());
    return kept;
  }
  std::vector<const model::NamedTensor*> tensors;
  std::vector<std::int64_t> held;
  for (const auto& tensor : layout.tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    tensors.push_back(&tensor);
    held.push_back(candidates.kept_in(tensor.offset, tensor.offset + tensor.size));
  }
  const auto shares = proportional_shares(held, keep);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    auto part = only_range(candidates, tensors[i]->offset, tensors[i]->offset + tensors[i]->size);
    kernels::select_largest(scores, part.words(), shares[i], part.words(), at::get_num_threads());
    kept.unite(part);
  }
  return kept;
}

}  // namespace stockpot::prune
