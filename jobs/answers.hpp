// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "comm/group.hpp"
#include "train/forward_batches.hpp"

namespace stockpot::jobs {

/// What a network says about all samples of a split, in the split's order.
struct Answers {
  std::int64_t outputs = 0, width = 0;  ///< K, F
  std::vector<float> logits, features;  ///< [N, K], [N, F]
};

/// Ask the network; every rank has all answers. The same bits for every number of ranks.
/// collective over `world`
Answers answers_of(const train::Network& network, const data::Split& split,
                   const comm::Group& world);

}  // namespace stockpot::jobs
