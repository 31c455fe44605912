// SPDX-License-Identifier: Apache-2.0
#include "jobs/attempt.hpp"

#include <fmt/format.h>

#include "checkpoint/resume.hpp"
#include "comm/all_or_none.hpp"
#include "config/render.hpp"
#include "core/log.hpp"
#include "soup/finished_members.hpp"
#include "soup/member_rows.hpp"

namespace stockpot::jobs {
namespace {

/// collective over `world`: rank 0 alone has seen all inputs
engine::RunIdentity identity_of(const Setup& setup, const comm::Group& world) {
  std::string inputs;
  if (world.is_root()) inputs = digest_of_all(rows_of(setup.inputs, setup.config));
  return engine::identity_of(config::run_id(setup.config), *setup.model->layout(), setup.splits,
                             world.broadcast(std::move(inputs)));
}

/// Files of the run's own members that a state knows.
std::vector<std::string> member_names(const config::SoupConfig& soup,
                                      const engine::RunState& state) {
  std::vector<std::string> names;
  if (!soup.members.empty()) return names;
  const soup::MemberFiles files{std::filesystem::path(soup::kMemberFolder)};
  for (std::size_t member = 0; member < state.pot.masks.size(); ++member)
    names.push_back(files.path(member).string());
  return names;
}

}  // namespace

Attempt begin_attempt(const Setup& setup, const RunFolder& folder, engine::RunState& state,
                      const comm::Group& world) {
  const io::CheckpointStore store(folder.path);
  Attempt attempt;
  attempt.run = {
      .identity = identity_of(setup, world),
      .method = setup.method.name,
      .attempt = 1,
      .from = std::nullopt,
      .members = [&soup = setup.config.soup](
                     const engine::RunState& saved) { return member_names(soup, saved); },
      .owner = folder.owner};
  if (folder.resumes) {
    const auto weights = state.weights;
    if (auto resumed = checkpoint::resume(store, attempt.run.identity, weights, world)) {
      state = std::move(resumed->state);
      log_info(fmt::format("going on from checkpoint {}: {} steps of the main network are done",
                           resumed->manifest.name, state.cursor.step));
      attempt.run.from = std::move(resumed->manifest);
    }
  }
  std::int64_t number = 0;
  comm::all_or_none(world, [&] {
    if (!world.is_root()) return;
    if (attempt.run.from) folder.go_on(state.metrics_bytes, setup.config);
    number = checkpoint::next_attempt(store);
    if (!folder.replaces)
      checkpoint::note(store, {.number = number,
                               .started = utc_now(),
                               .host = host_name(),
                               .ranks = world.size(),
                               .from = attempt.run.from ? attempt.run.from->name : ""});
    attempt.all = checkpoint::attempts_in(store);
  });
  attempt.run.attempt = world.max(number);
  return attempt;
}

}  // namespace stockpot::jobs
