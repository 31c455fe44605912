// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace stockpot::prune {

/// One cut: train, then prune.
struct Cut {
  std::int64_t round = 0;
  std::int64_t train_steps = 0;  ///< optimizer steps before it
  std::int64_t keep = 0;         ///< weights that survive it, exactly
};

/// When a run trains and cuts; made from the configuration before anything starts, and what
/// --dry-run prints.
struct Plan {
  std::vector<Cut> cuts;
  std::int64_t fine_tune_steps = 0;  ///< after the last cut
  bool restarts = false;  ///< every training is one of its own: fresh optimizer, a learning-rate
                          ///< line over its own steps
  std::vector<std::string> notes;  ///< what was changed to fit the budget, and why

  /// Optimizer steps of the main network, all trainings together; look-ahead is not in it.
  std::int64_t total_steps() const;
};

/// What a schedule knows.
struct Budget {
  std::int64_t total_steps = 0;      ///< T
  std::int64_t steps_per_epoch = 0;  ///< ceil(training samples / batch)
  std::int64_t prunable = 0;         ///< P
};

/// T and steps per epoch of a training set of `train_samples` samples.
Budget make_budget(const config::TrainConfig& train, std::int64_t train_samples,
                   std::int64_t prunable);

/// The plan of a named schedule.
///
/// never     dense training
/// at_start  one cut before training
/// growing   ISP: round i trains t (i+1) steps, then a fraction s of the remaining weights goes,
/// the last round clipped to the
///           exact count; as many rounds as fit into M <= budget_share * T. If these do not reach
///           S, s is raised to 1-(1-S)^(1/k)
/// interval  every k steps a tenth of the original weights, then the rest of T at full sparsity
/// (progressive) restarts  a training per tenth of the original weights, each cut followed by a
/// rewind, and a last one (LTH) throws    ConfigError where not even one round fits, with the
/// numbers source    methods.md 3.1, 3.4, 3.7, 3.8, 3.12
Plan make_plan(const std::string& schedule, const config::RunConfig& config, const Budget& budget);

}  // namespace stockpot::prune
