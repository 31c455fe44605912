// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "config/run_config.hpp"
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

/// The batches of a look-ahead, one after the other: isp.look_ahead_steps of look_ahead_samples;
/// or, where isp.look_ahead_share says so, the batches of an epoch of the denoiser's own, each with
/// that chance (at least one of them).
/// source: methods.md 3.2, 3.3
std::vector<std::vector<std::int64_t>> look_ahead_batches(const Split& split,
                                                          const config::RunConfig& config,
                                                          std::uint32_t round,
                                                          std::uint32_t denoiser);

/// Positions in the split, in the order in which it is evaluated in consecutive batches: the
/// split's own, or the longest text first.
std::vector<std::int64_t> evaluation_order(const Split& split);

}  // namespace stockpot::data
