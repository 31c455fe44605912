// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/checkpoint_manifest.hpp"

namespace stockpot::io {

/// Folder below that of a run where its checkpoints lie.
inline constexpr const char* kCheckpointFolder = "checkpoints";
inline constexpr const char* kManifestFile = "manifest.json";

/// The folder of a checkpoint: `step-<steps>.<attempt>`.
std::string checkpoint_name(std::int64_t steps, std::int64_t attempt);

/// What the name of a checkpoint says; by size: which is newer, since an attempt goes on from the
/// newest good one before it.
struct CheckpointAge {
  std::int64_t attempt = 0, steps = 0;
  auto operator<=>(const CheckpointAge&) const = default;
};
/// Empty where `name` is not that of a checkpoint.
std::optional<CheckpointAge> checkpoint_age(const std::string& name);

/// The checkpoints of one run folder, as files. Not collective; one rank commits and removes, every
/// rank writes its part.
class CheckpointStore {
 public:
  explicit CheckpointStore(std::filesystem::path run_folder) : run_folder_(std::move(run_folder)) {}

  const std::filesystem::path& run_folder() const { return run_folder_; }
  std::filesystem::path path() const { return run_folder_ / kCheckpointFolder; }
  std::filesystem::path path_of(const std::string& name) const { return path() / name; }

  /// Those that are there, good or not, newest first: folders with a manifest.
  std::vector<std::string> names() const;

  /// Bytes of all files in the folder of checkpoints.
  std::uint64_t bytes() const;

  /// Make the folder of a checkpoint, which is none before its commit. throws IoError
  void make(const std::string& name) const;

  /// Put down a rank's part of a state, and say what it holds. throws IoError
  CheckpointFile write_part(const std::string& name, int rank,
                            std::span<const std::byte> bytes) const;

  /// What a file of the run folder holds. throws DataError, IoError
  CheckpointFile look_at(const std::string& file) const;

  /// The checkpoint exists from now on: its parts lie there, the manifest comes last. What belongs
  /// to it of metrics.jsonl is flushed first. throws IoError
  void commit(const CheckpointManifest& manifest) const;

  /// The manifest of a checkpoint. throws DataError (damaged), IoError
  CheckpointManifest manifest_of(const std::string& name) const;

  /// See that every file that the manifest names holds what it must, byte for byte, that no other
  /// part lies with them, and that metrics.jsonl is as long as it was.
  /// throws DataError that says what does not fit, IoError
  void verify(const CheckpointManifest& manifest) const;

  /// Remove a checkpoint, its manifest first. throws IoError
  void remove(const std::string& name) const;

  /// Remove what is no checkpoint: folders without a manifest, temporary files. Throws nothing.
  void remove_unfinished() const noexcept;

 private:
  /// Folders with the name of a checkpoint, newest first.
  std::vector<std::string> folders() const;
  bool is_committed(const std::string& name) const;

  std::filesystem::path run_folder_;
};

}  // namespace stockpot::io
