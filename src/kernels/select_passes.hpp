// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/rank_key.hpp"

// The vector loops behind select_largest, dispatched at run time. A part is a range of whole words,
// at most kPartWeights weights.
namespace stockpot::kernels {

/// Weights per part: index and count fit 32 bits, scores (4 MiB) the cache of a core.
constexpr std::size_t kPartWeights = std::size_t{1} << 20;

/// The keys lo .. hi, both in it, among which the threshold is expected.
struct Bracket {
  std::int32_t lo, hi;
};

/// A weight whose key lies in the bracket; `index` counts from the start of its part.
struct Contender {
  std::int32_t key;
  std::uint32_t index;
};

/// A part of the scores with its candidates and its share of the result.
struct Part {
  std::span<const float> scores;
  const std::uint64_t* candidates;
  std::uint64_t* kept;
  Ranking ranking;
};

/// Keep the candidates above the bracket, append those inside it to `contenders` by index; returns
/// how many were kept.
std::int64_t keep_above(const Part& part, Bracket bracket, std::vector<Contender>& contenders);

/// Keep the candidates at or above `threshold`; returns how many lie exactly on it.
std::int64_t keep_from(const Part& part, std::int32_t threshold);

/// Number of ones of one range of words.
std::int64_t count_ones_of(std::span<const std::uint64_t> words);

}  // namespace stockpot::kernels
