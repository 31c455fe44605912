// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/progress.hpp"
#include "engine/run_state.hpp"
#include "io/line_file.hpp"

namespace stockpot::engine {

/// What a run says about itself while it goes: rows in its state, lines of metrics.jsonl (rank 0),
/// progress on the terminal.
class Journal {
 public:
  /// lines     metrics.jsonl on the rank that writes it, else empty
  /// progress  counts optimizer steps, those of look-ahead too
  Journal(std::optional<io::LineFile> lines, Progress& progress)
      : lines_(std::move(lines)), progress_(progress) {}

  /// samples  of all ranks that the step, or the look-aheads that ran at once, took
  void trained(RunState& state, Phase phase, double loss, double lr, std::int64_t samples);
  void validated(RunState& state, const Validation& validation);
  void looked_ahead(std::int64_t steps, std::int64_t samples);
  /// densities  what the cut left of each tensor
  void cut(RunState& state, const io::RoundRow& row, std::vector<io::DensityRow> densities);
  void observed(RunState& state, const io::EarlyBirdRow& row);
  void denoised(RunState& state, const io::DenoiserRow& row);
  void joined(RunState& state, const io::SoupMemberRow& row);
  void tried(RunState& state, const io::SoupTrial& row);
  void happened(RunState& state, const std::string& what);

 private:
  static constexpr std::int64_t kLineEverySteps = 10;

  /// Append a line to metrics.jsonl; `state` then owns the file up to its end.
  void write(RunState& state, const std::string& line);

  std::optional<io::LineFile> lines_;
  Progress& progress_;
};

}  // namespace stockpot::engine
