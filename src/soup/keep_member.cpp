// SPDX-License-Identifier: Apache-2.0
#include "soup/keep_member.hpp"

#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "soup/member_files.hpp"
#include "soup/member_rows.hpp"

namespace stockpot::soup {

void KeepMember::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto member = state.pot.masks.size();
  MemberFiles(engine.folder() / kMemberFolder).write(member, state.weights, engine.task().group);
  const auto& train = engine.task().config.train;
  add_member(engine, state, state.mask,
             {.member = static_cast<std::int64_t>(member),
              .source = source_,
              .lr = train.lr,
              .weight_decay = train.weight_decay,
              .batch = train.batch,
              .steps = state.cursor.position});
}

void KeepMember::foresee(engine::Forecast& forecast) const { ++forecast.kept_members; }

std::string KeepMember::describe() const { return "keep the network as a soup member: " + source_; }

}  // namespace stockpot::soup
