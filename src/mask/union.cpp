// SPDX-License-Identifier: Apache-2.0
// count_votes: OR of what masks keep gives `united`, OR of what they drop gives the complement of
// `unanimous`; only weights in between need counting, so each rank adds up its votes for these
// alone and the sums travel.
#include "mask/union.hpp"

#include <bit>

namespace stockpot::mask {
namespace {

/// Positions of the ones, increasing.
std::vector<std::int64_t> ones(const Mask& mask) {
  std::vector<std::int64_t> positions;
  std::int64_t base = 0;
  for (std::uint64_t word : mask.words()) {
    for (; word != 0; word &= word - 1) positions.push_back(base + std::countr_zero(word));
    base += 64;
  }
  return positions;
}

}  // namespace

void unite_over_ranks(Mask& mask, const comm::Group& comm) {
  if (comm.size() > 1) comm.unite(mask.words());
}

Votes count_votes(std::span<const Mask* const> masks, std::int64_t size, const comm::Group& comm) {
  Votes votes{
      .unanimous = Mask::all(size), .united = Mask::none(size), .contested = {}, .counts = {}};
  Mask dropped = Mask::none(size);
  for (const auto* mask : masks) {
    votes.united.unite(*mask);
    Mask own_dropped = Mask::all(size);
    own_dropped.subtract(*mask);
    dropped.unite(own_dropped);
  }
  unite_over_ranks(votes.united, comm);
  unite_over_ranks(dropped, comm);
  votes.unanimous.subtract(dropped);

  Mask contested = votes.united;
  contested.subtract(votes.unanimous);
  votes.contested = ones(contested);
  votes.counts.assign(votes.contested.size(), 0);
  for (const auto* mask : masks)
    for (std::size_t i = 0; i < votes.contested.size(); ++i)
      votes.counts[i] =
          static_cast<std::uint16_t>(votes.counts[i] + ((*mask)[votes.contested[i]] ? 1 : 0));
  if (comm.size() > 1) comm.sum(std::span(votes.counts));
  return votes;
}

}  // namespace stockpot::mask
