// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "engine/replicas.hpp"

namespace stockpot::checkpoint {
namespace {

constexpr double kMebibyte = 1048576.0;

/// What ranks tell each other where they meet; bits, because one of them is enough.
constexpr std::uint64_t kDue = 1, kStop = 2, kWriting = 4;

std::uint64_t bit(bool is_set, std::uint64_t which) { return is_set ? which : 0; }

/// This rank alone was asked to stop; the ranks agree on it where they meet.
struct StopError : Error {
  StopError() : Error(ExitCode::requeue, "stopped, as asked") {}
};

io::CheckpointRun facts_of(const engine::RunIdentity& identity) {
  return {identity.settings, identity.model, identity.data, identity.inputs};
}

std::int64_t booked_steps(const engine::RunState& state) {
  std::int64_t steps = 0;
  for (const auto phase : {Phase::train, Phase::fine_tune, Phase::look_ahead, Phase::soup})
    steps += state.ledger.work_of(phase).steps;
  return steps;
}

/// Steps of this rank's votes that are not booked yet: those of a round are when all have voted.
std::int64_t steps_of_open_votes(const engine::RunState& state) {
  const auto& rows = state.records.denoisers;
  if (!rows.empty() && rows.back().round == state.ballot.round) return 0;
  std::int64_t steps = 0;
  for (const auto& vote : state.ballot.votes) steps += vote.work.steps;
  return steps;
}

std::string text_of(const io::CheckpointFile& facts) {
  return fmt::format("{} {} {}", facts.name, facts.bytes, facts.sha256);
}

io::CheckpointFile facts_in(const std::string& text) {
  const auto first = text.find(' '), second = text.find(' ', first + 1);
  return {text.substr(0, first), std::stoull(text.substr(first + 1, second - first - 1)),
          text.substr(second + 1)};
}

}  // namespace

std::int64_t executed_steps(const engine::RunState& state, const comm::Group& group) {
  auto steps = steps_of_open_votes(state);
  group.sum(std::span(&steps, 1));
  return booked_steps(state) + steps;
}

Checkpoints::Checkpoints(io::CheckpointStore store, const config::CheckpointConfig& config, Run run,
                         const comm::Group& group)
    : store_(std::move(store)), config_(config), run_(std::move(run)), group_(group) {
  if (!run_.from) return;
  has_begun_ = true;
  begun_at_ = run_.from->steps;
  newest_ = run_.from->name;
  members_ = run_.from->members;
  if (!group_.is_root()) return;
  const auto names = store_.names();
  const auto own = std::ranges::find(names, newest_);
  good_.assign(own, names.end());  // those behind it are older ones, and were good enough
  std::ranges::reverse(good_);
}

Checkpoints::~Checkpoints() = default;

bool Checkpoints::is_due(std::int64_t steps) const {
  return (config_.every_steps > 0 && steps - begun_at_ >= config_.every_steps) ||
         (config_.every_s > 0 && since_begun_.elapsed_s() >= config_.every_s);
}

bool Checkpoints::is_writing() const {
  return pending_ &&
         pending_->written.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

void Checkpoints::step_ended(const engine::RunState& state) { meet(state, booked_steps(state)); }

void Checkpoints::action_ended(const engine::RunState& state, const engine::Action& /*action*/) {
  meet(state, booked_steps(state));
}

void Checkpoints::part_ended(const engine::RunState& state) {
  meet(state, executed_steps(state, group_));
}

void Checkpoints::look_ahead_step_ended(const engine::RunState& /*state*/) {
  if (stop_.load(std::memory_order_relaxed)) throw StopError();
}

void Checkpoints::meet(const engine::RunState& state, std::int64_t steps) {
  std::uint64_t word = bit(group_.is_root() && is_due(steps), kDue) | bit(is_writing(), kWriting) |
                       bit(stop_.load(std::memory_order_relaxed), kStop);
  group_.unite(std::span(&word, 1));
  if (pending_ && (word & kWriting) == 0) commit();
  if ((word & kStop) != 0) throw AgreedError(ExitCode::requeue, StopError().what());
  if ((word & kDue) == 0) return;
  finish();
  begin(state, steps);
}

void Checkpoints::save(const engine::RunState& state) {
  finish();
  const auto steps = executed_steps(state, group_);
  begin(state, steps);
  finish();
}

void Checkpoints::finish() {
  if (pending_) commit();
}

template <typename Work>
void Checkpoints::as_owner(const Work& work) const {
  run_.owner.require();
  try {
    work();
  } catch (const IoError&) {
    run_.owner.require();
    throw;
  }
}

void Checkpoints::begin(const engine::RunState& state, std::int64_t steps) {
  since_begun_.restart();
  if (has_begun_ && steps == begun_at_) return;
  const Stopwatch watch;
  require_equal_replicas(
      state, newest_.empty() ? "no checkpoint was saved" : newest_ + " is the last checkpoint",
      group_);
  io::CheckpointManifest manifest{.name = io::checkpoint_name(steps, run_.attempt),
                                  .parent = newest_,
                                  .attempt = run_.attempt,
                                  .steps = steps,
                                  .run = facts_of(run_.identity),
                                  .method = run_.method,
                                  .action = state.cursor.action,
                                  .done = state.cursor.done,
                                  .step = state.cursor.step,
                                  .kept = state.cursor.kept,
                                  .metrics_bytes = state.metrics_bytes,
                                  .parts = {},
                                  .members = {}};
  std::vector<std::byte> bytes;
  std::vector<std::string> members;
  comm::all_or_none(group_, [&] {
    if (group_.is_root()) as_owner([&] { store_.make(manifest.name); });
    if (group_.is_root() && run_.members) members = run_.members(state);
    bytes = engine::part_bytes(state, run_.identity, group_.rank(), group_.size());
  });
  has_begun_ = true;
  begun_at_ = steps;
  auto written = std::async(std::launch::async,
                            [this, name = manifest.name, bytes = std::move(bytes),
                             members = std::move(members)] { return write(name, bytes, members); });
  pending_.emplace(std::move(manifest), std::move(written), watch.elapsed_s());
}

Checkpoints::Written Checkpoints::write(const std::string& name, std::span<const std::byte> bytes,
                                        const std::vector<std::string>& members) const {
  const Stopwatch watch;
  Written written{.part = store_.write_part(name, group_.rank(), bytes), .members = {}, .s = 0};
  for (const auto& file : members) {
    const auto known = std::ranges::find(members_, file, &io::CheckpointFile::name);
    written.members.push_back(known == members_.end() ? store_.look_at(file) : *known);
  }
  written.s = watch.elapsed_s();
  return written;
}

void Checkpoints::commit() {
  auto save = *std::exchange(pending_, std::nullopt);
  try {
    put_down(save);
  } catch (const AgreedError&) {
    if (group_.is_root()) remove_unfinished();
    throw;
  }
}

void Checkpoints::remove_unfinished() const {
  try {
    run_.owner.require();
    store_.remove_unfinished();
  } catch (const Error& error) {
    log_info(error.what());
  }
}

void Checkpoints::put_down(Pending& save) {
  const Stopwatch watch;
  Written written;
  comm::all_or_none(group_, [&] {
    const auto wait = [&] { written = save.written.get(); };
    group_.is_root() ? as_owner(wait) : wait();
  });
  std::uint64_t bytes = 0;
  for (const auto& part : group_.gather(text_of(written.part))) {
    save.manifest.parts.push_back(facts_in(part));
    bytes += save.manifest.parts.back().bytes;
  }
  save.manifest.members = written.members;
  comm::all_or_none(group_, [&] {
    if (group_.is_root()) as_owner([&] { store_.commit(save.manifest); });
  });
  newest_ = save.manifest.name;
  if (!group_.is_root()) return;
  members_ = std::move(written.members);
  good_.push_back(newest_);
  remove_older();
  log_info(fmt::format("checkpoint {}: {:.1f} MiB written in {:.2f} s, the run waited {:.2f} s",
                       newest_, static_cast<double>(bytes) / kMebibyte, written.s,
                       save.paused_s + watch.elapsed_s()));
}

void Checkpoints::remove_older() const {
  const auto keep = static_cast<std::size_t>(config_.keep);
  const auto first_kept = good_.size() > keep ? good_.end() - config_.keep : good_.begin();
  for (const auto& name : store_.names()) {
    if (std::find(first_kept, good_.end(), name) != good_.end()) continue;
    try {
      store_.remove(name);
    } catch (const IoError& error) {
      log_info(error.what());  // the new one is there, and that is what counts
    }
  }
}

}  // namespace stockpot::checkpoint
