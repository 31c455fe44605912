// SPDX-License-Identifier: Apache-2.0
#include "soup/member_rows.hpp"

#include <array>

namespace stockpot::soup {

MemberScores of_rank(const MemberScores& scores, int owner, const comm::Group& group) {
  std::array<double, 3> numbers{scores.last_loss, scores.validation.loss,
                                scores.validation.primary};
  std::array<std::int64_t, 4> counts{scores.work.steps, scores.work.samples,
                                     scores.work.flops_executed, scores.work.flops_theoretical};
  group.broadcast(std::span<double>(numbers), owner);
  group.broadcast(std::span<std::int64_t>(counts), owner);
  return {.last_loss = numbers[0],
          .validation = {.loss = numbers[1], .primary = numbers[2]},
          .work = {counts[0], counts[1], counts[2], counts[3]}};
}

void add_member(engine::Engine& engine, engine::RunState& state, train::SharedMask mask,
                io::SoupMemberRow row) {
  row.kept = mask->kept();
  state.pot.masks.push_back(std::move(mask));
  engine.journal().joined(state, row);
}

}  // namespace stockpot::soup
