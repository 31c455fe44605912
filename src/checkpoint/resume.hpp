// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "comm/group.hpp"
#include "engine/state_bytes.hpp"
#include "io/checkpoint_store.hpp"

namespace stockpot::checkpoint {

/// A state to go on from.
struct Resumed {
  engine::RunState state;
  io::CheckpointManifest manifest;
};

/// See that the newest checkpoint whose manifest can be read is of these settings. Reads manifests
/// only. throws ConfigError (78)
void require_settings(const io::CheckpointStore& store, const std::string& run_id);

/// The state of the newest good checkpoint; empty where there is none, good or bad. Damaged ones
/// are found by size, SHA-256 and checksum, by what their state contradicts, by a file of the run
/// that they refer to and that changed; they are named, with the reason, and stay as they are.
///
/// weights  memory of the model; becomes the state's
/// throws   AgreedError: there are some and none is good (65); the newest good one is of other
///          settings or input files (78)
/// collective over `group`
std::optional<Resumed> resume(const io::CheckpointStore& store, const engine::RunIdentity& run,
                              const model::Weights& weights, const comm::Group& group);

}  // namespace stockpot::checkpoint
