// SPDX-License-Identifier: Apache-2.0
#include "prune/union_rule.hpp"

#include <ATen/ops/from_blob.h>

#include <algorithm>

#include "core/error.hpp"
#include "mask/union.hpp"

namespace stockpot::prune {
namespace {

/// The masks that this rank brings to the vote; the base mask takes part once, on rank 0.
std::vector<const mask::Mask*> masks_of(const Election& election, bool include_base,
                                        const comm::Group& group) {
  std::vector<const mask::Mask*> masks;
  for (const auto& vote : election.ballot.votes) masks.push_back(&vote.mask);
  if (include_base && group.is_root()) masks.push_back(election.ballot.base.get());
  return masks;
}

mask::Mask united(const Election& election, bool include_base, const comm::Group& group) {
  auto all = mask::Mask::none(election.mask.size());
  for (const auto* mask : masks_of(election, include_base, group)) all.unite(*mask);
  mask::unite_over_ranks(all, group);
  return all;
}

/// The contested weights of `quota` that got exactly `level` votes.
struct VoteLevel {
  mask::Mask weights;
  std::int64_t size = 0;
};

VoteLevel level_of(const mask::Votes& votes, const Quota& quota, std::uint16_t level) {
  VoteLevel found{.weights = mask::Mask::none(votes.united.size())};
  const auto& contested = votes.contested;
  const auto index_of = [&](std::int64_t weight) {
    return static_cast<std::size_t>(std::ranges::lower_bound(contested, weight) -
                                    contested.begin());
  };
  const auto end = index_of(quota.end);
  for (std::size_t i = index_of(quota.begin); i < end; ++i) {
    if (votes.counts[i] != level) continue;
    found.weights.set(contested[i], true);
    ++found.size;
  }
  return found;
}

/// Unanimous weights first, then the contested ones level by level; the level that does not fit
/// whole is decided by key.
Decision by_votes(const Election& election, const comm::Group& group) {
  const auto masks = masks_of(election, election.include_base, group);
  const auto votes = mask::count_votes(masks, election.mask.size(), group);
  const std::uint16_t most = votes.counts.empty() ? 0 : std::ranges::max(votes.counts);
  auto kept = votes.unanimous;
  for (const auto& quota : election.quotas) {
    std::int64_t missing = quota.keep - kept.kept_in(quota.begin, quota.end);
    for (std::uint16_t level = most; missing > 0 && level > 0; --level) {
      const auto at_level = level_of(votes, quota, level);
      if (at_level.size <= missing) {
        kept.unite(at_level.weights);
        missing -= at_level.size;
      } else {
        kept.unite(select(election.keys, at_level.weights, {{quota.begin, quota.end, missing}}));
        missing = 0;
      }
    }
  }
  return {std::move(kept), votes.united.kept()};
}

Decision by_key(const Election& election, bool include_base, const comm::Group& group) {
  const auto all = united(election, include_base, group);
  return {select(election.keys, all, election.quotas), all.kept()};
}

Decision released(const Election& election, const comm::Group& group) {
  if (election.last) return by_key(election, election.include_base, group);
  auto all = united(election, election.include_base, group);
  const auto kept = all.kept();
  return {std::move(all), kept};
}

Decision by_mean(const Election& election, const comm::Group& group) {
  auto sums = election.ballot.mean_scores;
  if (election.include_base) add_strength(election.keys, sums);
  const auto values = at::from_blob(sums.data(), {election.mask.size()}, at::kFloat);
  const Keys keys{.values = values, .ranking = election.keys.ranking};
  return {select(keys, election.mask, election.quotas),
          united(election, election.include_base, group).kept()};
}

}  // namespace

Decision decide(UnionRule rule, const Election& election, const comm::Group& group) {
  switch (rule) {
    case UnionRule::votes:
      return by_votes(election, group);
    case UnionRule::released:
      return released(election, group);
    case UnionRule::literal:
      return by_key(election, true, group);
    case UnionRule::mean:
      return by_mean(election, group);
  }
  throw LogicError("a union rule without a decision");
}

}  // namespace stockpot::prune
