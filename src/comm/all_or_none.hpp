// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "comm/group.hpp"

namespace stockpot::comm {

/// Run `work`, which makes no collective call, on every rank; return when it succeeded on all of
/// them, else throw on all of them: an AgreedError with the text and exit code of the first rank
/// that failed, which it names, with its host, unless it is rank 0. So a missing file on one node,
/// or a NaN in one denoiser, ends the whole job by the one message it deserves.
///
/// collective over `group`
///
/// Example:
///     const auto work = [&] {
///       if (world.is_root()) throw std::runtime_error("the disk of this node is full");
///     };
///     EXPECT_THROW(all_or_none(world, work), std::runtime_error);  // on every rank
void all_or_none(const Group& group, const std::function<void()>& work);

/// See that all ranks hold the same number of something, before a collective whose size depends on
/// it. throws AgreedError (65) that tells all numbers
///
/// what  plural, such as samples
/// collective over `group`
void require_equal(const Group& group, std::int64_t count, const std::string& what);

}  // namespace stockpot::comm
