// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "config/ini.hpp"
#include "data/dataset.hpp"
#include "jobs/problems.hpp"
#include "jobs/setup.hpp"

namespace stockpot::jobs {

/// Looks at the points of a sweep as --check does, and at data and weights once for all points that
/// have the same.
class SweepChecker {
 public:
  SweepChecker();
  ~SweepChecker();
  SweepChecker(const SweepChecker&) = delete;
  SweepChecker& operator=(const SweepChecker&) = delete;

  /// The setup of a point whose run would start in `folder`; its samples are counted, not read.
  ///
  /// settings  of the point, beside those that all points have; they are in `config` too
  /// throws    ConfigError, DataError, IoError: the first problem of the point
  Setup setup_of(const config::RunConfig& config, const config::Source& settings,
                 const std::filesystem::path& folder);

 private:
  struct Known;
  const Known& known_of(const config::RunConfig& config, const config::Source& settings,
                        const std::filesystem::path& folder);

  std::map<std::string, std::unique_ptr<const Known>> known_;
};

}  // namespace stockpot::jobs
