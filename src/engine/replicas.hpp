// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "comm/group.hpp"
#include "engine/run_state.hpp"

namespace stockpot::engine {

/// A number of 64 bits over the weights, moments and mask of a state, to the bit: two that differ
/// in one word have different ones.
std::uint64_t replica_hash(const RunState& state);

/// See that all ranks hold the same weights, moments and mask: data parallel training gives every
/// rank the same, to the bit, so a rank that has others was damaged.
///
/// consequence  what that means for the files of the run, for the message
/// throws  AgreedError (79) that names the ranks that differ from most, with their hosts
/// collective over `group`
void require_equal_replicas(const RunState& state, const std::string& consequence,
                            const comm::Group& group);

}  // namespace stockpot::engine
