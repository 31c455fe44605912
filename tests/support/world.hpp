// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/group.hpp"

namespace stockpot::test {

/// The communicator of all ranks of this test program (set by the one main).
const comm::Group& world();

/// Replace `world()` on this rank by a communicator of this rank alone, or back (null).
void set_world(const comm::Group* world);

/// What `work` gives where this rank is alone: the serial oracle of a collective. Every rank
/// computes it.
template <typename Work>
auto alone(Work work) {
  const auto self = world().alone();
  const auto* all = &world();
  set_world(&self);
  auto result = work();
  set_world(all);
  return result;
}

}  // namespace stockpot::test
