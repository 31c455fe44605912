// SPDX-License-Identifier: Apache-2.0
// A checkpoint of ViT-B/32 with its moments, put down as a run does (hashed, flushed, read back,
// manifest last), over a plain write and flush of the same bytes; and the pause that a run takes
// for it, which is the copy of its state, over the time that the writing takes.
#include <fcntl.h>
#include <unistd.h>

#include "bench/entries.hpp"
#include "bench/scratch_folder.hpp"
#include "bench/workload.hpp"
#include "checkpoint/checkpoints.hpp"
#include "core/error.hpp"
#include "io/durable.hpp"
#include "io/file_descriptor.hpp"

namespace stockpot::bench {
namespace {

config::RunConfig vit_b_32(const Setting& setting) {
  config::RunConfig config;
  config.model = vit_b32_config(setting);
  return config;
}

/// A state of a run, and the folder in which it is saved.
class Saving {
 public:
  explicit Saving(const Setting& setting)
      : workload_(vit_b_32(setting), 100, 224, 3),
        group_(setting.ranks->alone()),
        state_(engine::fresh_state(workload_.initial_weights(), {}, workload_.config.train)) {}

  /// All of a save. Every call is that of another step.
  void save() {
    ++state_.cursor.step;
    state_.ledger.book(Phase::train, {.steps = 1}, {});
    checkpoints_.save(state_);
  }

  void copy() const { engine::part_bytes(state_, identity_, 0, 1); }

  void write_plainly() {
    const auto path = folder_ / "plain";
    if (bytes_.empty()) bytes_ = engine::part_bytes(state_, identity_, 0, 1);
    io::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    for (std::size_t done = 0; done < bytes_.size();) {
      const auto written = ::write(file.get(), bytes_.data() + done, bytes_.size() - done);
      if (written <= 0) io::throw_io_error("write", path);
      done += static_cast<std::size_t>(written);
    }
    if (::fsync(file.get()) != 0 || file.close() != 0) io::throw_io_error("flush", path);
  }

  void expect_whole() const {
    const auto names = store_.names();
    expect(!names.empty(), "no checkpoint was left");
    store_.verify(store_.manifest_of(names.front()));
  }

 private:
  Workload workload_;
  comm::Group group_;
  ScratchFolder folder_;
  engine::RunState state_;
  engine::RunIdentity identity_{"bench", "bench", "bench", ""};
  config::CheckpointConfig config_{.every_steps = 1, .every_s = 0};
  io::CheckpointStore store_{folder_.path()};
  checkpoint::Checkpoints checkpoints_{
      store_, config_, {.identity = identity_, .method = "dense", .from = std::nullopt}, group_};
  std::vector<std::byte> bytes_;
};

}  // namespace

Timings checkpoint_vs_write(const Setting& setting) {
  Saving saving(setting);
  const auto timings =
      time_interleaved(setting, 5, [&] { saving.save(); }, [&] { saving.write_plainly(); });
  saving.expect_whole();
  return timings;
}

Timings checkpoint_pause(const Setting& setting) {
  Saving saving(setting);
  const auto timings = time_interleaved(setting, 5, [&] { saving.copy(); }, [&] { saving.save(); });
  saving.expect_whole();
  return timings;
}

}  // namespace stockpot::bench
