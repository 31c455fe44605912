// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "core/progress.hpp"
#include "io/line_file.hpp"
#include "io/run_result.hpp"

namespace stockpot::train {

/// What a run says about itself while it goes: rows for result.h5, lines of metrics.jsonl (rank 0),
/// progress on the terminal.
class Journal {
 public:
  /// result    receives the rows; outlives the journal
  /// lines     metrics.jsonl on the rank that writes it, else empty
  /// progress  counts optimizer steps, those of look-ahead too
  Journal(io::RunResult& result, std::optional<io::LineFile> lines, Progress& progress)
      : result_(result), lines_(std::move(lines)), progress_(progress) {}

  /// One step of the main network; `step` below counts them over the whole run, across restarts.
  void trained(const std::string& phase, double loss, double lr, double sparsity);
  void validated(double loss, double metric, double sparsity);
  void looked_ahead(std::int64_t steps);
  void cut(const io::RoundRow& row);
  void denoised(const io::DenoiserRow& row);
  void saved_mask(io::DenoiserMask mask) { result_.denoiser_masks.push_back(std::move(mask)); }
  void happened(const std::string& what);

  std::int64_t step() const { return step_; }

 private:
  static constexpr std::int64_t kLineEverySteps = 10;

  io::RunResult& result_;
  std::optional<io::LineFile> lines_;
  Progress& progress_;
  std::int64_t step_ = 0;
};

}  // namespace stockpot::train
