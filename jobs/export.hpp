// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "io/run_result.hpp"
#include "io/safetensors.hpp"
#include "jobs/saved_run.hpp"

namespace stockpot::jobs {

/// A complete run, open: settings, result with its masks, weights (mapped).
struct ExportSource {
  SavedRun run;
  io::RunResult result;
  io::SafetensorsReader weights;

  /// Mask of a tensor; nullptr if it is not prunable.
  const io::PackedMask* mask_of(const std::string& tensor) const;
};

/// Each writes one format into `folder` (docs/export_format.md), counts again from the files, and
/// returns lines that say what is in it. throws  IoError where the files do not say what the run's
/// masks say; UsageError where the model has no such form
std::string export_hugging_face(const ExportSource& source, const std::filesystem::path& folder);
std::string export_masks(const ExportSource& source, const std::filesystem::path& folder);
std::string export_sparse(const ExportSource& source, const std::filesystem::path& folder);

}  // namespace stockpot::jobs
