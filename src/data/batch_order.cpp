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

namespace {

/// An epoch in the denoiser's own order, of which each batch takes part by chance.
std::vector<std::vector<std::int64_t>> batches_by_chance(const Split& split,
                                                         const config::RunConfig& config,
                                                         std::uint32_t round,
                                                         std::uint32_t denoiser) {
  const auto size = static_cast<std::uint64_t>(split.size()),
             batch = static_cast<std::uint64_t>(config.train.batch);
  const KeyedPermutation order(size, config.seed, Purpose::denoiser_data, round, denoiser);
  std::vector<std::vector<std::int64_t>> batches;
  const auto take = [&](std::uint64_t number) {
    auto& samples = batches.emplace_back();
    for (auto p = number * batch; p < std::min(size, (number + 1) * batch); ++p)
      samples.push_back(split.indices[order(p)]);
  };
  for (std::uint64_t number = 0; number * batch < size; ++number) {
    RandomStream chance(
        config.seed, Purpose::denoiser_data,
        {.round = round, .denoiser = denoiser, .step = static_cast<std::uint32_t>(number) + 1});
    if (chance.uniform() < config.isp.look_ahead_share) take(number);
  }
  if (batches.empty()) take(0);
  return batches;
}

}  // namespace

std::vector<std::vector<std::int64_t>> look_ahead_batches(const Split& split,
                                                          const config::RunConfig& config,
                                                          std::uint32_t round,
                                                          std::uint32_t denoiser) {
  if (config.isp.look_ahead_share > 0) return batches_by_chance(split, config, round, denoiser);
  const auto batch = static_cast<std::size_t>(config.train.batch);
  const auto samples = look_ahead_samples(split, config.train.batch, config.isp.look_ahead_steps,
                                          config.seed, round, denoiser);
  std::vector<std::vector<std::int64_t>> batches;
  for (auto rest = std::span(samples); !rest.empty(); rest = rest.subspan(batch))
    batches.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(batch));
  return batches;
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
