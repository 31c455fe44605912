// SPDX-License-Identifier: Apache-2.0
// Exact selection on a GPU: three passes of a radix histogram over the keys (distances
// from the lowest key of rank_key.hpp) of the candidates give the threshold; one pass keeps all
// candidates from it on and counts the ties of each part; the host says how many each part drops,
// the first in canonical order; the parts that must drop some do so by a prefix sum over their
// words. Only integers are added, so the order of the atomics does not matter. A part is 256 mask
// words, one block of threads; a warp builds 32 words by ballots.
#include <algorithm>
#include <numeric>

#include "kernels/cuda/device_array.cuh"
#include "kernels/cuda/ops.hpp"
#include "kernels/select.hpp"

namespace stockpot::kernels::cuda {
namespace {

constexpr unsigned kThreads = 256, kWarp = 32, kAllLanes = 0xffffffff;
constexpr unsigned kPartWords = kThreads;
constexpr unsigned kDigits = 2048;
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

/// Call visit(word number) by the whole warp for each of its 32 words; the lane keeps what comes
/// back for the word of its own number.
template <typename Visit>
__device__ Word for_words_of_warp(std::size_t words, Visit visit) {
  const std::size_t first =
      static_cast<std::size_t>(blockIdx.x) * kPartWords + threadIdx.x / kWarp * kWarp;
  Word mine = 0;
  for (unsigned lane = 0; lane < kWarp && first + lane < words; ++lane) {
    const Word word = visit(first + lane);
    if (threadIdx.x % kWarp == lane) mine = word;
  }
  return mine;
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
  const Word from = for_words_of_warp(words, [&](std::size_t w) {
    return ballot_word(scores, w, [&](unsigned key) { return key >= threshold; });
  });
  const Word on = for_words_of_warp(words, [&](std::size_t w) {
    return ballot_word(scores, w, [&](unsigned key) { return key == threshold; });
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
  Word on = for_words_of_warp(words, [&](std::size_t w) {
    return ballot_word(scores, w, [&](unsigned key) { return key == threshold; });
  });
  on = own < words ? on & kept[own] : 0;
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

}  // namespace

void select_largest(std::span<const float> scores, std::span<const std::uint64_t> candidates,
                    std::int64_t keep, std::span<std::uint64_t> kept, void* stream_handle,
                    Ranking ranking) {
  const auto stream = static_cast<cudaStream_t>(stream_handle);
  const std::size_t words = candidates.size();
  expect(words == words_for(scores.size()) && kept.size() == words,
         "a mask does not fit the scores");
  if (words == 0) return expect(keep == 0, "more weights are to be kept than are candidates");
  const Scores all{scores.data(), scores.size(), ranking};
  const auto parts = static_cast<unsigned>((words + kPartWords - 1) / kPartWords);

  unsigned threshold = 0;
  std::int64_t rank = keep;
  int shift = key_bits(ranking);
  for (const int digit_bits : {11, shift - 21, 10}) {
    shift -= digit_bits;
    DeviceArray<Word> counted(kDigits, stream);
    count_digits<<<std::min(parts, 4096U), kThreads, 0, stream>>>(
        all, candidates.data(), words, threshold, shift, digit_bits, counted.data());
    check(cudaGetLastError());
    const std::vector<Word> histogram = counted.to_host();
    if (shift + digit_bits == key_bits(ranking)) {
      const auto competing =
          static_cast<std::int64_t>(std::accumulate(histogram.begin(), histogram.end(), Word{0}));
      expect(0 <= keep && keep <= competing, "more weights are to be kept than are candidates");
      if (keep == 0) return check(cudaMemsetAsync(kept.data(), 0, kept.size_bytes(), stream));
    }
    std::size_t digit = histogram.size() - 1;
    for (; static_cast<std::int64_t>(histogram[digit]) < rank; --digit)
      rank -= static_cast<std::int64_t>(histogram[digit]);
    threshold = threshold << digit_bits | static_cast<unsigned>(digit);
  }

  DeviceArray<unsigned> ties(parts, stream);
  keep_from<<<parts, kThreads, 0, stream>>>(all, candidates.data(), words, threshold, kept.data(),
                                            ties.data());
  check(cudaGetLastError());
  ties.from_host(ties_to_drop(ties.to_host(), rank));
  drop_first_ties<<<parts, kThreads, 0, stream>>>(all, words, threshold, ties.data(), kept.data());
  check(cudaGetLastError());
  check(cudaStreamSynchronize(stream));
}

}  // namespace stockpot::kernels::cuda
