// SPDX-License-Identifier: Apache-2.0
#include "prune/select.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>

#include "core/error.hpp"
#include "train/placed_mask.hpp"

namespace stockpot::prune {
namespace {

/// Shares of `keep` for tensors that hold `held` kept weights each: proportional, rounded down, the
/// rest to the largest remainders.
std::vector<std::int64_t> proportional_shares(const std::vector<std::int64_t>& held,
                                              std::int64_t keep) {
  const auto all =
      std::max<std::int64_t>(1, std::accumulate(held.begin(), held.end(), std::int64_t{0}));
  std::vector<std::int64_t> shares, remainders;
  for (const std::int64_t h : held) {
    const auto product = static_cast<__int128>(h) * keep;
    shares.push_back(static_cast<std::int64_t>(product / all));
    remainders.push_back(static_cast<std::int64_t>(product % all));
  }
  std::vector<std::size_t> order(held.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  std::int64_t missing = keep - std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  for (std::size_t i = 0; missing > 0; ++i, --missing) ++shares[order[i]];
  return shares;
}

/// `words` in the memory of the keys, which the kernel changes in place.
void select_in_place(const Keys& keys, std::int64_t first_key, std::int64_t key_count,
                     std::int64_t keep, std::span<std::uint64_t> words) {
  const auto scores =
      train::span_of(keys.values)
          .subspan(static_cast<std::size_t>(first_key), static_cast<std::size_t>(key_count));
  const auto place = train::place_of(keys.values);
  if (!place.cuda) return kernels::select_largest(place, scores, words, keep, words, keys.ranking);
  const train::PlacedWords candidates(words, keys.values.device());
  auto kept = at::empty({std::ssize(words)}, keys.values.options().dtype(at::kLong));
  const std::span out{reinterpret_cast<std::uint64_t*>(kept.data_ptr<std::int64_t>()),
                      words.size()};
  kernels::select_largest(place, scores, candidates.span(), keep, out, keys.ranking);
  const auto host = kept.to(at::kCPU);
  std::memcpy(words.data(), host.const_data_ptr<std::int64_t>(), words.size_bytes());
}

}  // namespace

std::vector<Quota> quotas_of(Scope scope, const mask::Mask& held, std::int64_t keep,
                             const model::Layout& layout) {
  if (scope == Scope::global) return {{.begin = 0, .end = held.size(), .keep = keep}};
  std::vector<Quota> quotas;
  std::vector<std::int64_t> held_in;
  for (const auto& tensor : layout.tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    quotas.push_back({.begin = tensor.offset, .end = tensor.offset + tensor.size, .keep = 0});
    held_in.push_back(held.kept_in(tensor.offset, tensor.offset + tensor.size));
  }
  const auto shares = proportional_shares(held_in, keep);
  for (std::size_t i = 0; i < quotas.size(); ++i) quotas[i].keep = shares[i];
  return quotas;
}

mask::Mask only_range(const mask::Mask& mask, std::int64_t begin, std::int64_t end) {
  auto part = mask::Mask::none(mask.size());
  if (begin == end) return part;
  const auto first = static_cast<std::size_t>(begin / 64);
  const auto last = static_cast<std::size_t>((end - 1) / 64);
  std::ranges::copy(mask.words().subspan(first, last - first + 1),
                    part.words().begin() + static_cast<std::ptrdiff_t>(first));
  part.words()[first] &= ~std::uint64_t{0} << (begin % 64);
  part.words()[last] &= ~std::uint64_t{0} >> (63 - (end - 1) % 64);
  return part;
}

mask::Mask select(const Keys& keys, const mask::Mask& candidates,
                  const std::vector<Quota>& quotas) {
  expect(keys.values.numel() == candidates.size(), "a key for every weight", keys.values.numel(),
         candidates.size());
  auto kept = mask::Mask::none(candidates.size());
  for (const auto& quota : quotas) {
    if (quota.begin == quota.end) continue;
    // the kernel sees the whole words around the quota; what lies outside is no candidate
    auto part = only_range(candidates, quota.begin, quota.end);
    const std::int64_t first_word = quota.begin / 64, end_word = (quota.end - 1) / 64 + 1;
    const std::int64_t first_key = first_word * 64;
    const std::int64_t key_count = std::min(end_word * 64, candidates.size()) - first_key;
    select_in_place(keys, first_key, key_count, quota.keep,
                    part.words().subspan(static_cast<std::size_t>(first_word),
                                         static_cast<std::size_t>(end_word - first_word)));
    kept.unite(part);
  }
  return kept;
}

}  // namespace stockpot::prune
