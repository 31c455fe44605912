// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "kernels/rank_key.hpp"

namespace stockpot::kernels {

// Masks are bits: weight i is bit i % 64 of word i / 64; bits at and beyond the number of weights
// are 0.

/// Number of words that hold `bits` bits.
constexpr std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }

/// Keep exactly the `keep` candidates that rank highest, by |score| or by score; among equals the
/// higher index stays.
///
/// scores      [P], finite; what ranks is the integer rank_key of each
/// candidates  [words_for(P)] bits; only these compete, all others end as 0
/// keep        0 .. number of candidates (fewer candidates: LogicError)
/// kept        out, [words_for(P)] bits, a subset of `candidates`; may be the memory of
/// `candidates` cost        one pass over scores in the common case; scratch is a few percent of P
/// source      torch.nn.utils.prune.global_unstructured removes the smallest |w| of the remaining;
///             exact selection, methods.md 2.1
///
/// Example:
///     const std::vector<float> scores{0.1F, -3, 2, 0.5F};
///     const std::vector<std::uint64_t> candidates{0b1011};  // weight 2 is pruned already
///     std::vector<std::uint64_t> kept(words_for(scores.size()));
///     select_largest(scores, candidates, 2, kept);
///     EXPECT_EQ(kept[0], 0b1010U);
void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                    std::int64_t keep, std::span<std::uint64_t> kept, int threads = 1,
                    Ranking ranking = Ranking::magnitude);

/// The same by sorting all candidates: the oracle of the tests, short enough to be right at sight.
void select_largest_oracle(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                           std::int64_t keep, std::span<std::uint64_t> kept,
                           Ranking ranking = Ranking::magnitude);

/// Number of ones.
std::int64_t count_ones(std::span<const std::uint64_t> words, int threads = 1);

}  // namespace stockpot::kernels
