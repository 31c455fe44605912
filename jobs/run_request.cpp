// SPDX-License-Identifier: Apache-2.0
#include "jobs/run_request.hpp"

#include <optional>

#include "config/load.hpp"
#include "config/render.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {

namespace fs = std::filesystem;

RunRequest read_run_request(const config::CommandLine& line) {
  if (line.files.empty() && line.settings.empty() && !line.has("print-config"))
    throw UsageError("run needs to know what to run", "neither CONFIG nor a setting was given",
                     std::string("usage: ") + kRunUsage);
  auto files = line.files;
  std::optional<fs::path> given;  // the run folder that the words name
  for (auto& file : files) {
    std::error_code ignored;
    if (!fs::is_directory(file, ignored)) continue;
    if (!fs::exists(fs::path(file) / "config.ini", ignored))
      throw ConfigError(file + " is a folder without config.ini", "so not that of a run",
                        "name an ini file or a run folder");
    given = file;
    file = (*given / "config.ini").string();
  }
  RunRequest request{config::load(files, line.settings), {}};
  request.folder = config::run_folder(request.config);
  if (given && config::run_id(config::load({(*given / "config.ini").string()}, {})) ==
                   config::run_id(request.config))
    request.folder = *given;
  if (const auto asked = line.value("run-dir")) request.folder = *asked;
  return request;
}

}  // namespace stockpot::jobs
