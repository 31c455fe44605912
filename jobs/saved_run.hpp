// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "config/check.hpp"
#include "config/ini.hpp"
#include "config/run_config.hpp"

namespace stockpot::jobs {

/// A run folder that holds a complete run.
struct SavedRun {
  config::RunConfig config;  ///< of config.ini; model.weights is what the run began with
  std::filesystem::path weights, result;
};

/// Open the run in `folder`; `changes` are settings that go before those of its config.ini.
/// throws DataError where it is no run folder, or the run is not complete; ConfigError
SavedRun open_saved_run(const std::filesystem::path& folder, const config::Source& changes = {},
                        config::Use use = config::Use::training);

}  // namespace stockpot::jobs
