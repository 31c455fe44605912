// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>
#include <string>

#include "config/command_line.hpp"
#include "config/load.hpp"
#include "config/setting.hpp"
#include "core/error.hpp"
#include "support/temp_dir.hpp"

namespace stockpot::test {

/// Writes `text` to `file` of `dir` and returns its path.
inline std::string write(const TempDir& dir, const std::string& file, const std::string& text) {
  std::ofstream(dir / file) << text;
  return (dir / file).string();
}

/// The configuration that files and command-line words make, as `stockpot run` would.
inline config::RunConfig configure(const std::vector<std::string>& files,
                                   const std::vector<std::string>& words = {}) {
  config::RunConfig defaults;
  return config::load(
      files,
      config::parse_command_line(words, {}, config::keys(config::settings(defaults))).settings);
}

}  // namespace stockpot::test
