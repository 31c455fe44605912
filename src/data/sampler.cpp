// SPDX-License-Identifier: Apache-2.0
#include "data/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace stockpot::data {

BatchOrder::BatchOrder(const Split& split, std::int64_t batch, std::uint64_t seed)
    : split_(&split), batch_(batch), seed_(seed) {
  if (batch < 1 || batch > split.size())
    throw ConfigError(fmt::format("train.batch {} does not fit the training split", batch),
                      fmt::format("it has {} samples", split.size()),
                      fmt::format("give 1 to {}", split.size()));
}

void EpochSampler::batch(std::int64_t step, std::vector<std::int64_t>& indices) const {
  const KeyedPermutation order(split_->indices.size(), seed_, Purpose::data_order, epoch_of(step));
  const std::int64_t begin = step % steps_per_epoch() * batch_;
  const std::int64_t end = std::min(begin + batch_, split_->size());
  indices.clear();
  for (std::int64_t p = begin; p < end; ++p)
    indices.push_back(split_->indices[order(static_cast<std::uint64_t>(p))]);
}

LookAheadSampler::LookAheadSampler(const Split& split, std::int64_t batch, std::uint64_t seed,
                                   std::uint32_t round, std::uint32_t denoiser)
    : split_(&split),
      batch_(batch),
      order_(split.indices.size(), seed, Purpose::denoiser_data, round, denoiser) {}

void LookAheadSampler::batch(std::int64_t step, std::vector<std::int64_t>& indices) const {
  indices.clear();
  for (std::int64_t p = step * batch_; p < (step + 1) * batch_; ++p)
    indices.push_back(split_->indices[order_(static_cast<std::uint64_t>(p % split_->size()))]);
}

}  // namespace stockpot::data
