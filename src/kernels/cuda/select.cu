// SPDX-License-Identifier: Apache-2.0
// Exact selection on a GPU: three passes of a radix histogram over the keys (distances
// from the lowest key of rank_key.hpp) of the candidates give the threshold; one pass keeps all
// candidates from it on and counts the ties of each part; the host says how many each part drops,
// the first in canonical order; the parts that must drop some do so by a prefix sum over their
// words. Only integers are added, so the order of the atomics does not matter. A part is 256 mask
// words, one block of threads; a warp builds 32 words by ballots.
#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "kernels/cuda/device_array.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ops.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels::cuda {
namespace {

constexpr unsigned kPartWords = kThreads;
constexpr unsigned kDigits = 2048;
constexpr unsigned kMostBlocks = 4096;  // of a histogram pass
constexpr const char* kTooMany = "more weights are to be kept than are candidates";
using Word = unsigned long long;

struct Scores {
  const float* values;
  std::size_t size;
  Ranking ranking;
};

/// Key of weight i, counted from the lowest one; weights beyond the end, which no candidate bit
/// names, have key 0.
__device__ unsigned key_at(Scores scores, std::size_t i) {
  if (i >= scores.size) return 0;
  return static_cast<unsigned>(rank_key(__float_as_uint(scores.values[i]), scores.ranking)) -
         static_cast<unsigned>(lowest_key(scores.ranking));
}

/// The word of a block of 64 weights in which bit i tells holds(key of weight i); called by a whole
/// warp.
template <typename Holds>
__device__ Word ballot_word(Scores scores, std::size_t word, Holds holds) {
  const std::size_t i = word * 64 + threadIdx.x % kWarp;
  const Word low = __ballot_sync(kAllLanes, holds(key_at(scores, i)));
  const Word high = __ballot_sync(kAllLanes, holds(key_at(scores, i + kWarp)));
  return high << kWarp | low;
}

/// Call visit(word number, whether the word has the number of the own lane) by the whole warp for
/// each of its 32 words.
template <typename Visit>
__device__ void for_words_of_warp(std::size_t words, Visit visit) {
  const std::size_t first =
      static_cast<std::size_t>(blockIdx.x) * kPartWords + threadIdx.x / kWarp * kWarp;
  for (unsigned lane = 0; lane < kWarp && first + lane < words; ++lane)
    visit(first + lane, threadIdx.x % kWarp == lane);
}

__global__ void count_digits(Scores scores, const std::uint64_t* candidates, std::size_t words,
                             unsigned prefix, int shift, int digit_bits, Word* histogram) {
  __shared__ unsigned counted[kDigits];
  for (unsigned d = threadIdx.x; d < kDigits; d += kThreads) counted[d] = 0;
  __syncthreads();
  const std::size_t warps = static_cast<std::size_t>(gridDim.x) * (kThreads / kWarp);
  const unsigned lane = threadIdx.x % kWarp;
  for (std::size_t w = (static_cast<std::size_t>(blockIdx.x) * kThreads + threadIdx.x) / kWarp;
       w < words; w += warps) {
    const std::uint64_t word = candidates[w];
    for (unsigned bit = lane; bit < 64; bit += kWarp) {
      if ((word >> bit & 1) == 0) continue;
      const unsigned digits = key_at(scores, w * 64 + bit) >> shift;
      if (digits >> digit_bits == prefix)
        atomicAdd(&counted[digits & ((1U << digit_bits) - 1)], 1U);
    }
  }
  __syncthreads();
  for (unsigned d = threadIdx.x; d < kDigits; d += kThreads)
    if (counted[d] != 0) atomicAdd(&histogram[d], static_cast<Word>(counted[d]));
}

__global__ void keep_from(Scores scores, const std::uint64_t* candidates, std::size_t words,
                          unsigned threshold, std::uint64_t* kept, unsigned* ties) {
  const std::size_t own = static_cast<std::size_t>(blockIdx.x) * kPartWords + threadIdx.x;
  Word from = 0, on = 0;
  for_words_of_warp(words, [&](std::size_t w, bool mine) {
    const Word from_here = ballot_word(scores, w, [&](unsigned key) { return key >= threshold; });
    const Word on_here = ballot_word(scores, w, [&](unsigned key) { return key == threshold; });
    if (mine) {
      from = from_here;
      on = on_here;
    }
  });
  if (own >= words) return;
  const Word competing = candidates[own];
  kept[own] = from & competing;
  if (const int count = __popcll(on & competing); count != 0)
    atomicAdd(&ties[blockIdx.x], static_cast<unsigned>(count));
}

__global__ void drop_first_ties(Scores scores, std::size_t words, unsigned threshold,
                                const unsigned* drop, std::uint64_t* kept) {
  if (drop[blockIdx.x] == 0) return;
  const std::size_t own = static_cast<std::size_t>(blockIdx.x) * kPartWords + threadIdx.x;
  Word on = 0;
  for_words_of_warp(words, [&](std::size_t w, bool mine) {
    const Word here = ballot_word(scores, w, [&](unsigned key) { return key == threshold; });
    if (mine) on = here & kept[own];
  });
  __shared__ unsigned upto[kThreads];
  upto[threadIdx.x] = static_cast<unsigned>(__popcll(on));
  __syncthreads();
  for (unsigned step = 1; step < kThreads; step *= 2) {
    const unsigned before = threadIdx.x >= step ? upto[threadIdx.x - step] : 0;
    __syncthreads();
    upto[threadIdx.x] += before;
    __syncthreads();
  }
  const unsigned earlier = upto[threadIdx.x] - static_cast<unsigned>(__popcll(on));
  Word cleared = 0;
  for (unsigned left = drop[blockIdx.x] > earlier ? drop[blockIdx.x] - earlier : 0;
       left > 0 && on != 0; --left, on &= on - 1)
    cleared |= on & (~on + 1);
  if (cleared != 0) kept[own] &= ~cleared;
}

/// How many ties each part drops so that `stay` are left, the last in canonical order.
std::vector<unsigned> ties_to_drop(const std::vector<unsigned>& ties, std::int64_t stay) {
  std::int64_t left = std::accumulate(ties.begin(), ties.end(), std::int64_t{0}) - stay;
  std::vector<unsigned> drop;
  for (const unsigned here : ties)
    left -= drop.emplace_back(static_cast<unsigned>(std::min<std::int64_t>(left, here)));
  return drop;
}

/// Everything above `threshold` stays, and the last `ties` weights on it; found digit by digit, so
/// both are those of the highest digits at first.
struct Cut {
  unsigned threshold = 0;
  std::int64_t ties;

  void add_digit(const std::vector<Word>& histogram, int digit_bits) {
    std::size_t digit = histogram.size() - 1;
    for (; static_cast<std::int64_t>(histogram[digit]) < ties; --digit)
      ties -= static_cast<std::int64_t>(histogram[digit]);
    threshold = threshold << digit_bits | static_cast<unsigned>(digit);
  }
};

/// The cut that keeps `keep` > 0 weights.
Cut find_cut(Scores scores, std::span<const std::uint64_t> candidates, std::int64_t keep,
             unsigned parts, cudaStream_t stream) {
  Cut cut{.ties = keep};
  int shift = key_bits(scores.ranking);
  for (const int digit_bits : {11, shift - 21, 10}) {
    const bool first = shift == key_bits(scores.ranking);
    shift -= digit_bits;
    DeviceArray<Word> counted(kDigits, stream);
    launch(count_digits, std::min(parts, kMostBlocks), stream, scores, candidates.data(),
           candidates.size(), cut.threshold, shift, digit_bits, counted.data());
    const std::vector<Word> histogram = counted.to_host();
    const Word competing = std::accumulate(histogram.begin(), histogram.end(), Word{0});
    expect(!first || keep <= static_cast<std::int64_t>(competing), kTooMany);
    cut.add_digit(histogram, digit_bits);
  }
  return cut;
}

}  // namespace

void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                    std::int64_t keep, std::span<std::uint64_t> kept, void* stream_handle,
                    Ranking ranking) {
  const auto stream = static_cast<cudaStream_t>(stream_handle);
  const std::size_t words = candidates.size();
  expect(words == words_for(scores.size()) && kept.size() == words,
         "a mask does not fit the scores");
  expect(keep >= 0 && (keep == 0 || words != 0), kTooMany);
  if (keep == 0) {
    check(cudaMemsetAsync(kept.data(), 0, kept.size_bytes(), stream));
  } else {
    const Scores all{scores.data(), scores.size(), ranking};
    const auto parts = static_cast<unsigned>((words + kPartWords - 1) / kPartWords);
    const Cut cut = find_cut(all, candidates, keep, parts, stream);
    DeviceArray<unsigned> ties(parts, stream);
    launch(keep_from, parts, stream, all, candidates.data(), words, cut.threshold, kept.data(),
           ties.data());
    ties.from_host(ties_to_drop(ties.to_host(), cut.ties));
    launch(drop_first_ties, parts, stream, all, words, cut.threshold, ties.data(), kept.data());
  }
  check(cudaStreamSynchronize(stream));
}

}  // namespace stockpot::kernels::cuda
