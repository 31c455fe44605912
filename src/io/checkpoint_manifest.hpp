// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::io {

/// What a file must hold.
struct CheckpointFile {
  std::string name;  ///< of a part: in the checkpoint's folder; else below that of the run
  std::uint64_t bytes = 0;
  std::string sha256;

  bool operator==(const CheckpointFile&) const = default;
};

/// Which run a checkpoint is of: as engine::RunIdentity, which says what they are.
struct CheckpointRun {
  std::string settings, model, data, inputs;
};

/// What a checkpoint holds, as its manifest.json says (docs/state_format.md). It is written last: a
/// folder without one is no checkpoint.
struct CheckpointManifest {
  std::string name;    ///< of its folder: step-00001200.1
  std::string parent;  ///< the checkpoint that came before; empty: none
  std::int64_t attempt = 0;
  std::int64_t steps = 0;  ///< optimizer steps that were executed, those of look-aheads too
  CheckpointRun run;
  std::string method;
  /// Where the run stands: actions done, steps done of the one under way, steps of the main
  /// network, weights that are kept.
  std::int64_t action = 0, done = 0, step = 0, kept = 0;
  std::int64_t metrics_bytes = 0;       ///< length of metrics.jsonl that belongs to it
  std::vector<CheckpointFile> parts;    ///< of the state, by rank
  std::vector<CheckpointFile> members;  ///< files of the run folder that the state refers to
};

/// Its text: JSON with a checksum of its own. Equal manifests have equal texts.
std::string encode_manifest(const CheckpointManifest& manifest);

/// The manifest that `text` is, which must be, to the byte, what `encode_manifest` makes of it.
/// source  its file, in messages
/// throws  DataError: not a manifest, of a newer version, damaged
CheckpointManifest decode_manifest(std::string_view text, const std::string& source);

/// How the file of a rank's part is called.
std::string part_name(int rank);

}  // namespace stockpot::io
