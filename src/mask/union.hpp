// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "comm/group.hpp"
#include "mask/mask.hpp"

namespace stockpot::mask {

/// Keep what any rank's mask keeps: one MPI_Allreduce(MPI_BOR) of size / 8 bytes.
/// collective over `comm`
void unite_over_ranks(Mask& mask, const comm::Group& comm);

/// How many of the masks that all ranks hold together keep each weight, told by what they do not
/// agree on.
struct Votes {
  Mask unanimous;                       ///< kept by every mask
  Mask united;                          ///< kept by at least one
  std::vector<std::int64_t> contested;  ///< weights in between, increasing
  std::vector<std::uint16_t> counts;    ///< their votes, 1 .. masks - 1
};

/// Count the votes of every rank's `masks` (any number per rank, also none; at least one in all,
/// fewer than 65536).
///
/// sends       two reductions of 1 bit per weight, and 16 bits per contested weight (a few percent
/// of all) size        of every mask collective over `comm`
Votes count_votes(std::span<const Mask* const> masks, std::int64_t size, const comm::Group& comm);

}  // namespace stockpot::mask
