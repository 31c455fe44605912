// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "comm/group.hpp"
#include "config/checkpoint_config.hpp"
#include "core/stopwatch.hpp"
#include "engine/observer.hpp"
#include "engine/state_bytes.hpp"
#include "io/checkpoint_store.hpp"
#include "io/folder_lease.hpp"

namespace stockpot::checkpoint {

/// Which run the checkpoints are of.
struct Run {
  engine::RunIdentity identity;
  std::string method;
  std::int64_t attempt = 1;
  std::optional<io::CheckpointManifest> from;  ///< the checkpoint that this attempt goes on from
  /// Files of the run folder that a state refers to, such as members of a soup; asked of rank 0
  std::function<std::vector<std::string>(const engine::RunState&)> members = {};
  /// That this run has its folder; asked on rank 0 before each save and commit. Default: nobody
  /// asks
  io::LeaseToken owner = {};
};

/// Saves the state of a run while it goes, by checkpoint.every_steps and checkpoint.every_s.
///
/// A save sees that all ranks hold the same weights, moments and mask, copies the state where every
/// rank stands at the same place, and writes the copy in a thread of each rank while the run goes
/// on. It is committed (the manifest; older ones go) at the first such place at which all ranks
/// have written. One save at a time: the next one waits for it.
///
/// Who wants the run to end early calls `request_stop` on any rank, from any thread or signal
/// handler. All ranks then leave Engine::run by an AgreedError of exit code 75 at the same place:
/// the next end of a step, part or action, or where a round of look-aheads, which is given up,
/// meets again. The state is whole there; `save` puts it down.
///
/// Every member function but request_stop is collective over the group, if nothing else is said.
class Checkpoints final : public engine::Observer {
 public:
  /// group, config  outlive this
  Checkpoints(io::CheckpointStore store, const config::CheckpointConfig& config, Run run,
              const comm::Group& group);
  /// Waits for the thread that writes; what was not committed is no checkpoint. Not collective.
  ~Checkpoints() override;
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;

  /// Save `state` now, and return when the checkpoint is there. Nothing is to be done where the
  /// newest one is of the same steps. throws AgreedError: input or output failed (74), another
  /// process has taken over the folder (73), the ranks disagree on the state (79)
  void save(const engine::RunState& state);

  /// Wait for the save that is under way, if any, and commit it. throws AgreedError (73, 74)
  void finish();

  /// Not collective; async-signal-safe.
  void request_stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

  /// The newest checkpoint; empty: there is none yet. Not collective.
  const std::string& newest() const { return newest_; }

  void step_ended(const engine::RunState& state) override;
  void part_ended(const engine::RunState& state) override;
  void action_ended(const engine::RunState& state, const engine::Action& action) override;
  /// Not collective. throws Error (75) on a rank that was asked to stop
  void look_ahead_step_ended(const engine::RunState& state) override;

 private:
  /// What the thread of a rank has put down.
  struct Written {
    io::CheckpointFile part;
    std::vector<io::CheckpointFile> members;
    double s = 0;
  };
  struct Pending {
    io::CheckpointManifest manifest;
    std::future<Written> written;
    double paused_s = 0;
  };

  /// Do some work on the files of the run as their owner, on rank 0: where it fails because another
  /// process has taken them over meanwhile, that is the error.
  template <typename Work>
  void as_owner(const Work& work) const;
  /// Every rank is at the same place of the run, where `steps` are done: agree on what is to be
  /// done there.
  void meet(const engine::RunState& state, std::int64_t steps);
  bool is_due(std::int64_t steps) const;
  bool is_writing() const;
  void begin(const engine::RunState& state, std::int64_t steps);
  Written write(const std::string& name, std::span<const std::byte> bytes,
                const std::vector<std::string>& members) const;
  void commit();
  void put_down(Pending& save);
  /// What a save that failed has left goes, unless the folder is another process's by now.
  void remove_unfinished() const;
  void remove_older() const;

  io::CheckpointStore store_;
  const config::CheckpointConfig& config_;
  Run run_;
  const comm::Group& group_;
  std::atomic<bool> stop_ = false;
  std::optional<Pending> pending_;
  Stopwatch since_begun_;
  std::int64_t begun_at_ = 0;  ///< steps of the newest save that was begun
  bool has_begun_ = false;     ///< there is such a save
  std::string newest_;
  std::vector<std::string> good_;  ///< checkpoints that may stay, the oldest first; on rank 0
  std::vector<io::CheckpointFile> members_;  ///< that have been looked at; on rank 0
};

/// Optimizer steps that were executed up to `state`, those of look-aheads that have voted too.
/// collective over `group`
std::int64_t executed_steps(const engine::RunState& state, const comm::Group& group);

}  // namespace stockpot::checkpoint
