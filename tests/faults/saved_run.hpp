// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "io/checkpoint_store.hpp"
#include "jobs/program.hpp"

namespace stockpot::test {

inline const std::string kBefore = io::checkpoint_name(2, 1), kNew = io::checkpoint_name(3, 1);

/// A run folder with two checkpoints, into which `save_once` saves a third.
struct Saved {
  Saved() {
    write_text(folder / "metrics.jsonl", "line\n\n");
    std::filesystem::create_directories(folder / "members");
    write_text(folder / "members/member-000.safetensors", "weights of a member");
    put(1);
    put(2);
  }

  void put(std::int64_t steps) const {
    const auto name = io::checkpoint_name(steps, 1);
    store.make(name);
    io::CheckpointManifest manifest{.name = name,
                                    .parent = "",
                                    .attempt = 1,
                                    .steps = steps,
                                    .run = {},
                                    .method = "isp",
                                    .metrics_bytes = 6,
                                    .parts = {},
                                    .members = {store.look_at("members/member-000.safetensors")}};
    for (const int rank : {0, 1})
      manifest.parts.push_back(
          store.write_part(name, rank, as_bytes(fmt::format("part {} of {}", rank, steps))));
    store.commit(manifest);
  }

  /// strace with `options` of a save; its exit code (137 or so where it was killed).
  int save(const std::string& options) const {
    return shell(fmt::format("strace -f -qq -o {} {} {} {}", (folder / "log").string(), options,
                             STOCKPOT_SAVE_ONCE, folder.path().string()))
        .code;
  }

  TempDir folder;
  io::CheckpointStore store{folder.path()};
};

/// Whether a checkpoint is whole.
inline bool is_good(const io::CheckpointStore& store, const std::string& name) {
  try {
    store.verify(store.manifest_of(name));
    return true;
  } catch (const DataError&) {
    return false;
  }
}

inline bool can_trace() { return shell("strace -f -o /dev/null true").code == 0; }

}  // namespace stockpot::test
