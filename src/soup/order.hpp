// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "io/run_result.hpp"
#include "soup/recipe.hpp"

namespace stockpot::soup {

/// Who begins, and who is offered then; numbers of members. Of Start::network nobody begins.
struct Lineup {
  std::int64_t start = -1;
  std::vector<std::int64_t> candidates;
};

/// by_validation  the best first; among equals the earlier
/// by_adjacency   the neighbours of the target by their counts: the next denser, the next sparser,
///                the second denser, ...
/// keep           weights that the target keeps; of several such members it is the last
/// throws  LogicError where there is no member, or none of the target's count
/// source  methods.md 3.14
Lineup line_up(const Recipe& recipe, std::span<const io::SoupMemberRow> members, std::int64_t keep);

}  // namespace stockpot::soup
