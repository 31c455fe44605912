// SPDX-License-Identifier: Apache-2.0
// Exact selection in one pass over the scores:
//   1. a sample of whole blocks gives a bracket of keys (rank_key.hpp) around the wanted rank,
//      3 standard deviations to each side (10 where the threshold turns out to lie outside);
//   2. one pass keeps every candidate above the bracket and lists the contenders inside it (about
//      0.5 % of the weights);
//   3. the threshold is the key of the wanted rank among the contenders; those above it are kept,
//      ties by index.
// Where the threshold lies outside the bracket, or too many weights lie inside it (heavy ties), it
// is found by counting instead: three passes of a radix histogram, one pass that keeps all from the
// threshold on, and the first ties are dropped again.
// Work is cut into parts of fixed size, so nothing depends on the number of threads.
#include "kernels/select.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <functional>
#include <mutex>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "kernels/select_passes.hpp"

namespace stockpot::kernels {
namespace {

constexpr std::size_t kSampledBlocks = 4096, kStrataPerList = 512;
constexpr double kBracketDeviations[] = {
    3,
    10};  // of a normal rank: one call in 370 needs the second; so do weights much alike in a row
constexpr std::size_t kPartWords = kPartWeights / 64;

using Keys = std::vector<std::int32_t>;

std::int32_t key_in(std::int32_t key) { return key; }
std::int32_t key_in(const Contender& contender) { return contender.key; }

/// How far a key lies above another one that is not greater.
std::uint32_t distance(std::int32_t from, std::int32_t to) {
  return static_cast<std::uint32_t>(to) - static_cast<std::uint32_t>(from);
}

Bracket all_keys(Ranking ranking) {
  return {lowest_key(ranking), static_cast<std::int32_t>(kMagnitudeBits)};
}

/// One call of select_largest.
struct Selection {
  std::span<const float> scores;
  std::span<const std::uint64_t> candidates;
  std::span<std::uint64_t> kept;
  std::int64_t keep, competing;
  int threads;
  Ranking ranking;

  std::size_t parts() const { return (scores.size() + kPartWeights - 1) / kPartWeights; }
  Part part(std::size_t p) const {
    const std::size_t first = p * kPartWeights;
    return {scores.subspan(first, std::min(kPartWeights, scores.size() - first)),
            candidates.data() + p * kPartWords, kept.data() + p * kPartWords, ranking};
  }
};

/// Call body(p) for every p < parts, on at most `threads` threads.
template <typename Body>
void for_each_part(std::size_t parts, int threads, Body body) {
  const auto count = static_cast<std::int64_t>(parts);
  const auto team = static_cast<int>(std::clamp<std::int64_t>(count, 1, threads));
  parallel_for(count, team, [&](std::int64_t p) { body(static_cast<std::size_t>(p)); });
}

template <typename Body>
void for_each_part(const Selection& selection, Body body) {
  for_each_part(selection.parts(), selection.threads, body);
}

/// Clear the first `drop` kept weights of a part that lie on the threshold.
void drop_first_ties(const Part& part, std::int32_t threshold, std::int64_t drop) {
  for (std::size_t b = 0; drop > 0; ++b)
    for (std::uint64_t bits = part.kept[b]; bits != 0 && drop > 0; bits &= bits - 1)
      if (rank_key(part.scores[b * 64 + static_cast<std::size_t>(std::countr_zero(bits))],
                   part.ranking) == threshold) {
        part.kept[b] &= ~(bits & -bits);
        --drop;
      }
}

/// Of the kept weights that lie on the threshold, ties[p] in part p, clear all but `stay`, the
/// first in canonical order.
void keep_last_ties(const Selection& selection, std::int32_t threshold,
                    std::span<const std::int64_t> ties, std::int64_t stay) {
  std::int64_t left = std::reduce(ties.begin(), ties.end()) - stay;
  if (left == 0) return;
  std::vector<std::int64_t> drop;
  for (const std::int64_t here : ties) left -= drop.emplace_back(std::min(left, here));
  for_each_part(selection,
                [&](std::size_t p) { drop_first_ties(selection.part(p), threshold, drop[p]); });
}

// ---- by sample

/// The keys of the candidates in one block out of each of kSampledBlocks strata (all blocks where
/// there are fewer), in lists of no order.
std::vector<Keys> sample_keys(const Selection& selection) {
  const std::size_t blocks = selection.candidates.size(), strata = std::min(blocks, kSampledBlocks);
  const auto block_in = [&](std::size_t stratum) {
    const std::size_t first = stratum * blocks / strata,
                      width = (stratum + 1) * blocks / strata - first;
    return first + (stratum * 0x9e3779b97f4a7c15U >> 32) %
                       width;  // scattered, so that no stride meets the rows of a matrix
  };
  const Ranking ranking = selection.ranking;
  std::vector<Keys> lists((strata + kStrataPerList - 1) / kStrataPerList);
  for_each_part(lists.size(), selection.threads, [&](std::size_t l) {
    lists[l].reserve(kStrataPerList * 64);
    const std::size_t end = std::min(strata, (l + 1) * kStrataPerList);
    for (std::size_t s = l * kStrataPerList; s < end; ++s) {
      if (constexpr std::size_t kAhead = 16; s + kAhead < end)
        for (std::size_t line = 0; line < 4; ++line)
          __builtin_prefetch(selection.scores.data() + block_in(s + kAhead) * 64 + line * 16);
      const std::size_t block = block_in(s);
      for (std::uint64_t bits = selection.candidates[block]; bits != 0; bits &= bits - 1)
        lists[l].push_back(rank_key(
            selection.scores[block * 64 + static_cast<std::size_t>(std::countr_zero(bits))],
            ranking));
    }
  });
  return lists;
}

/// The key of rank `rank` from the top (1 is the largest) among all entries of `lists`, whose keys
/// lie in `range`.
template <typename List>
std::int32_t key_of_rank(std::span<const List> lists, Bracket range, std::int64_t rank,
                         int threads) {
  constexpr int kBinBits = 12;
  constexpr std::size_t kBins = std::size_t{1} << kBinBits;
  const int shift =
      std::max(0, static_cast<int>(std::bit_width(distance(range.lo, range.hi))) - kBinBits);
  const auto bin_of = [&](const auto& entry) { return distance(range.lo, key_in(entry)) >> shift; };
  const auto shares = std::min(static_cast<std::size_t>(threads),
                               lists.size());  // share t has the lists t, t + threads, ...
  std::vector<std::vector<std::int64_t>> counted(shares, std::vector<std::int64_t>(kBins));
  for_each_part(shares, threads, [&](std::size_t t) {
    for (std::size_t l = t; l < lists.size(); l += shares)
      for (const auto& entry : lists[l]) ++counted[t][bin_of(entry)];
  });
  std::int64_t here = 0;
  std::size_t bin = kBins;
  do {
    rank -= here;
    --bin;
    here = 0;
    for (const auto& histogram : counted) here += histogram[bin];
  } while (here < rank);
  std::vector<Keys> found(shares);
  for_each_part(shares, threads, [&](std::size_t t) {
    for (std::size_t l = t; l < lists.size(); l += shares)
      for (const auto& entry : lists[l])
        if (bin_of(entry) == bin) found[t].push_back(key_in(entry));
  });
  Keys keys;
  for (const Keys& share : found) keys.insert(keys.end(), share.begin(), share.end());
  const auto wanted = keys.begin() + (rank - 1);
  std::nth_element(keys.begin(), wanted, keys.end(), std::greater{});
  return *wanted;
}

/// The keys between which the threshold lies, unless the sample is further off than `deviations`
/// standard deviations of its ranks.
Bracket bracket_of(const Selection& selection, std::span<const Keys> sample, double deviations) {
  std::int64_t size = 0;
  for (const Keys& keys : sample) size += std::ssize(keys);
  const auto n = static_cast<double>(size),
             kept = static_cast<double>(selection.keep) / static_cast<double>(selection.competing);
  const double margin = deviations * std::sqrt(n * kept * (1 - kept)) + 1;
  const auto top = static_cast<std::int64_t>(std::floor(kept * n - margin)),
             bottom = static_cast<std::int64_t>(std::ceil(kept * n + margin));
  const Bracket all = all_keys(selection.ranking);
  Bracket bracket = all;
  if (bottom <= size) bracket.lo = key_of_rank(sample, all, bottom, selection.threads);
  if (top >= 1) bracket.hi = key_of_rank(sample, all, top, selection.threads);
  return bracket;
}

/// Steps 2 and 3; false where the bracket does not hold the threshold or holds too much (then
/// `kept` is spoilt).
bool select_inside(const Selection& selection, Bracket bracket) {
  const std::int64_t most = selection.competing / 16 + (1 << 16);
  std::vector<std::vector<Contender>> contenders(selection.parts());
  std::atomic<std::int64_t> inside = 0, above = 0;
  for_each_part(selection, [&](std::size_t p) {
    if (inside > most) return;
    contenders[p].reserve(kPartWeights / 128);
    above += keep_above(selection.part(p), bracket, contenders[p]);
    inside += std::ssize(contenders[p]);
  });
  const std::int64_t wanted = selection.keep - above;
  if (inside > most || wanted < 0 || wanted > inside) return false;

  const std::int32_t threshold =
      wanted == 0 ? bracket.hi
                  : key_of_rank(std::span<const std::vector<Contender>>(contenders), bracket,
                                wanted, selection.threads);
  std::vector<std::int64_t> ties(selection.parts());
  std::atomic<std::int64_t> greater = 0;
  for_each_part(selection, [&](std::size_t p) {
    std::uint64_t* kept = selection.part(p).kept;
    std::int64_t set = 0;
    for (const Contender& contender : contenders[p]) {
      const bool stays = contender.key >= threshold;
      kept[contender.index / 64] |= std::uint64_t{stays} << (contender.index % 64);
      set += stays;
      ties[p] += contender.key == threshold;
    }
    greater += set - ties[p];
  });
  keep_last_ties(selection, threshold, ties, wanted - greater);
  return true;
}

// ---- by counting

/// Add to `histogram` the digits (distance from the lowest key >> shift) of the candidates of a
/// part whose higher bits are `prefix`.
template <Ranking kRanking>
void count_digits(const Part& part, std::uint32_t prefix, int shift, int digit_bits,
                  std::span<std::int64_t> histogram) {
  for (std::size_t b = 0; b < words_for(part.scores.size()); ++b)
    for (std::uint64_t bits = part.candidates[b]; bits != 0; bits &= bits - 1) {
      const float score = part.scores[b * 64 + static_cast<std::size_t>(std::countr_zero(bits))];
      const std::uint32_t digits =
          distance(lowest_key(kRanking), rank_key(score, kRanking)) >> shift;
      if (digits >> digit_bits == prefix) ++histogram[digits & ((1U << digit_bits) - 1)];
    }
}

void select_by_counting(const Selection& selection) {
  const auto count = selection.ranking == Ranking::magnitude ? count_digits<Ranking::magnitude>
                                                             : count_digits<Ranking::value>;
  std::uint32_t above_lowest = 0;
  std::int64_t rank = selection.keep;
  int shift = key_bits(selection.ranking);
  for (const int digit_bits : {11, shift - 21, 10}) {
    shift -= digit_bits;
    std::vector<std::int64_t> histogram(std::size_t{1} << digit_bits);
    std::mutex sum;
    for_each_part(selection, [&](std::size_t p) {
      std::vector<std::int64_t> counted(histogram.size());
      count(selection.part(p), above_lowest, shift, digit_bits, counted);
      const std::lock_guard lock(sum);
      std::ranges::transform(histogram, counted, histogram.begin(), std::plus{});
    });
    std::size_t digit = histogram.size() - 1;
    for (; histogram[digit] < rank; --digit) rank -= histogram[digit];
    above_lowest = above_lowest << digit_bits | static_cast<std::uint32_t>(digit);
  }
  const auto threshold = static_cast<std::int32_t>(
      above_lowest + static_cast<std::uint32_t>(lowest_key(selection.ranking)));
  std::vector<std::int64_t> ties(selection.parts());
  for_each_part(selection,
                [&](std::size_t p) { ties[p] = keep_from(selection.part(p), threshold); });
  keep_last_ties(selection, threshold, ties, rank);
}

}  // namespace

void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                    std::int64_t keep, std::span<std::uint64_t> kept, int threads,
                    Ranking ranking) {
  expect(candidates.size() == words_for(scores.size()) && kept.size() == candidates.size(),
         "a mask does not fit the scores");
  const std::int64_t competing = count_ones(candidates, threads);
  expect(0 <= keep && keep <= competing, "more weights are to be kept than are candidates");
  if (keep == 0 || keep == competing) {
    std::ranges::transform(candidates, kept.begin(),
                           [&](std::uint64_t word) { return keep == 0 ? 0 : word; });
    return;
  }

  std::vector<std::uint64_t>
      original;  // counting needs the candidates after the one pass has written `kept`
  if (candidates.data() == kept.data()) {
    original.assign(candidates.begin(), candidates.end());
    candidates = original;
  }
  const Selection selection{scores, candidates, kept, keep, competing, threads, ranking};
  const std::vector<Keys> sample = sample_keys(selection);
  for (const double deviations : kBracketDeviations)
    if (select_inside(selection, bracket_of(selection, sample, deviations))) return;
  select_by_counting(selection);
}

std::int64_t count_ones(std::span<const std::uint64_t> words, int threads) {
  std::atomic<std::int64_t> ones = 0;
  for_each_part((words.size() + kPartWords - 1) / kPartWords, threads, [&](std::size_t p) {
    ones += count_ones_of(
        words.subspan(p * kPartWords, std::min(kPartWords, words.size() - p * kPartWords)));
  });
  return ones;
}

}  // namespace stockpot::kernels
