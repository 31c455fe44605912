// SPDX-License-Identifier: Apache-2.0
#include "data/batch_order.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "data/text/length_buckets.hpp"

namespace stockpot::data {

std::unique_ptr<const BatchOrder> make_batch_order(const Split& split, std::int64_t batch,
                                                   std::uint64_t seed) {
  const auto lengths = split.dataset->lengths();
  if (lengths.empty()) return std::make_unique<EpochSampler>(split, batch, seed);
  return std::make_unique<LengthBuckets>(split, lengths, batch, seed);
}

std::vector<std::int64_t> look_ahead_samples(const Split& split, std::int64_t batch,
                                             std::int64_t steps, std::uint64_t seed,
                                             std::uint32_t round, std::uint32_t denoiser) {
  constexpr std::uint32_t kOrderOfBatches = 1U << 15;  // beyond the rounds of any run
  const LookAheadSampler sampler(split, batch, seed, round, denoiser);
  std::vector<std::int64_t> all, part;
  for (std::int64_t step = 0; step < steps; ++step) {
    sampler.batch(step, part);
    all.insert(all.end(), part.begin(), part.end());
  }
  const auto lengths = split.dataset->lengths();
  if (!lengths.empty())
    bucket_by_length(all, lengths, batch,
                     KeyedPermutation(static_cast<std::uint64_t>(steps), seed,
                                      Purpose::denoiser_data, round + kOrderOfBatches, denoiser));
  return all;
}

std::vector<std::int64_t> evaluation_order(const Split& split) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(split.size()));
  std::iota(order.begin(), order.end(), 0);
  const auto lengths = split.dataset->lengths();
  if (lengths.empty()) return order;
  const auto length = [&](std::int64_t position) {
    return lengths[static_cast<std::size_t>(split.indices[static_cast<std::size_t>(position)])];
  };
  std::ranges::stable_sort(order, std::ranges::greater{}, length);
  return order;
}

}  // namespace stockpot::data
