// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "io/folder_lock.hpp"
#include "io/line_file.hpp"
#include "io/run_result.hpp"
#include "model/weights.hpp"

namespace stockpot::jobs {

/// The folder of one run (docs/result_format.md): config.ini, metrics.jsonl, result.h5,
/// model.safetensors. Only rank 0 touches the disk.
struct RunFolder {
  std::filesystem::path path;
  bool complete = false;                 ///< it holds a complete result and nothing is to be done
  std::shared_ptr<io::FolderLock> lock;  ///< on rank 0

  /// metrics.jsonl, open to append, on rank 0; else empty.
  std::optional<io::LineFile> metrics() const;

  /// Put down weights, then the result, whose presence means that the run is complete. Only on rank
  /// 0.
  void finish(const io::RunResult& result, const model::Weights& weights) const;
};

/// Make `path` ready for a run, or find that it is done.
///
/// An incomplete run in it starts over (and says so); --force removes a complete one's result.
/// throws AgreedError: not writable or full disk (74), another process works in it (73), a result
/// of other settings in it (78) collective over `world`
RunFolder open_run_folder(const std::filesystem::path& path, const config::RunConfig& config,
                          bool force, const comm::Group& world);

}  // namespace stockpot::jobs
