// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "data/sampler.hpp"

namespace stockpot::data {

/// The order of training for data of this kind: LengthBuckets where samples have lengths, else
/// EpochSampler.
std::unique_ptr<const BatchOrder> make_batch_order(const Split& split, std::int64_t batch,
                                                   std::uint64_t seed);

/// Samples of all batches of a look-ahead, as positions in the official file, batch after batch:
/// LookAheadSampler's, texts rearranged so that each batch holds texts of like length.
std::vector<std::int64_t> look_ahead_samples(const Split& split, std::int64_t batch,
                                             std::int64_t steps, std::uint64_t seed,
                                             std::uint32_t round, std::uint32_t denoiser);

/// Positions in the split, in the order in which it is evaluated in consecutive batches: the
/// split's own, or the longest text first.
std::vector<std::int64_t> evaluation_order(const Split& split);

}  // namespace stockpot::data
