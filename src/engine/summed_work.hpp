// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/group.hpp"
#include "core/cost.hpp"

namespace stockpot::engine {

/// The sum of every rank's work, on every rank; integers, so exact.
/// collective over `group`
Work summed(const Work& own, const comm::Group& group);

}  // namespace stockpot::engine
