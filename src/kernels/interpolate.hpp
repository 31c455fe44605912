// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

namespace stockpot::kernels {

/// w <- (1 - share) w + share * x, each element in fp64 and rounded once: equal w and x stay as
/// they are, share 0 leaves w, share 1 makes it x, and the bits do not depend on threads, vector
/// length or processor.
///
/// w, x   [n]; they may be the same array
/// share  of x, in [0, 1]
/// kept   where it is not empty, the bits of a mask over the first kept_bits elements: of those
/// only
///        kept ones move; elements behind them move all
/// source methods.md 3.5
void interpolate(std::span<float> w, std::span<const float> x, double share,
                 std::span<const std::uint64_t> kept, std::int64_t kept_bits, int threads);

}  // namespace stockpot::kernels
