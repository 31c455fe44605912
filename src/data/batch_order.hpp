#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "data/sampler.hpp"

namespace stockpot::data {

/// The order of training for data of this kind: LengthBuckets where samples have lengths, else EpochSampler.
std::unique_ptr<const BatchOrder> make_batch_order(const Split& split, std::int64_t batch, std::uint64_t seed);

/// Positions in the split, in the order in which it is evaluated in consecutive batches: the split's own, or the longest text first.
std::vector<std::int64_t> evaluation_order(const Split& split);

}  // namespace stockpot::data
