// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "io/disk_reserve.hpp"
#include "io/folder_lease.hpp"
#include "io/line_file.hpp"
#include "io/run_result.hpp"
#include "jobs/setup.hpp"
#include "model/weights.hpp"

namespace stockpot::jobs {

/// At most so many bytes lie in the folder of a run at once. From the plan alone.
struct BytesToWrite {
  std::uint64_t results = 0;      ///< weights, masks, rows, members of a soup
  std::uint64_t checkpoints = 0;  ///< those that are kept, and the one that is being written

  std::uint64_t all() const { return results + checkpoints; }
};
BytesToWrite bytes_to_write(const Setup& setup);

/// The folder of one run (docs/result_format.md): config.ini, metrics.jsonl, result.h5,
/// model.safetensors, checkpoints/. Only rank 0 touches the disk, unless another rank is the one
/// that fails.
struct RunFolder {
  std::filesystem::path path;
  bool complete = false;  ///< it holds a complete result and nothing is to be done
  /// --force found a complete result: it stays until the new one is whole. Until then the new
  /// run's settings and metrics have names with `.next` behind.
  bool replaces = false;
  bool resumes = false;  ///< it holds checkpoints of an incomplete or failed run to go on from
  std::shared_ptr<io::FolderLease> lease;    ///< on rank 0
  io::LeaseToken owner;                      ///< that this run has the folder: on every rank
  std::shared_ptr<io::DiskReserve> reserve;  ///< on rank 0: space for the results

  /// metrics.jsonl, open to append, on rank 0; else empty.
  std::optional<io::LineFile> metrics() const;

  /// Put down weights, then the result, whose presence means that the run is complete. Only on rank
  /// 0. throws OwnedError where another process has taken the folder over, IoError
  void finish(const io::RunResult& result, const model::Weights& weights) const;

  /// Put down the result of a run that failed after its beginning, on the rank that knows. What
  /// `replaces` stays as it is, and so does a folder that another process has taken over. Throws
  /// nothing: what went wrong before is what the user must see.
  void fail(const io::RunResult& result) const noexcept;

  /// Make it the folder of a run that goes on: metrics.jsonl ends after `metrics_bytes`, settings
  /// are those of now, the result of a failed attempt is gone. Only on rank 0. throws IoError
  void go_on(std::int64_t metrics_bytes, const config::RunConfig& config) const;

  /// Remove the weights of a soup's members, where the run has kept any.
  void remove_members() const noexcept;

  /// Remove all checkpoints, good or not.
  void remove_checkpoints() const noexcept;
};

/// The nearest folder above `path`, or it, that exists.
std::filesystem::path existing_parent(std::filesystem::path path);

/// Throw what open_run_folder would for a run alone, but for a full disk, and what going on from a
/// checkpoint of other settings would. Leaves no trace.
/// throws IoError (74), OwnedError (73), ConfigError (78), DataError: a result that cannot be read
void check_run_folder(const std::filesystem::path& path, const config::RunConfig& config,
                      bool force);

/// Remove the checkpoints that the end of a complete run could not, unless its config.ini says
/// checkpoint.keep_after or another process works in it. Throws nothing.
void tidy_complete_folder(const std::filesystem::path& path) noexcept;

/// Whether `path` holds a complete result of these settings. throws AgreedError: of these and other
/// input files (78), or it is damaged (65)
/// collective over `world`
bool holds_this_run(const std::filesystem::path& path, Setup& setup, const comm::Group& world);

/// Make `path` ready for a run, or find that it is done.
///
/// An incomplete or failed run in it is gone on from its checkpoints, which `resumes` says; without
/// any it starts over (and says so). --force starts over, and runs a complete one again.
/// A folder that was made for it and then refused is gone again.
/// throws AgreedError: not writable or full disk (74), another process works in it (73), a result
/// of other settings, or of these and other input files, in it (78)
/// collective over `world`
RunFolder open_run_folder(const std::filesystem::path& path, const Setup& setup, bool force,
                          const comm::Group& world);

}  // namespace stockpot::jobs
