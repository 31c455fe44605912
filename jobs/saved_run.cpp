// SPDX-License-Identifier: Apache-2.0
#include "jobs/saved_run.hpp"

#include "config/load.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {

SavedRun open_saved_run(const std::filesystem::path& folder, const config::Source& changes,
                        config::Use use) {
  for (const char* name : {"config.ini", "model.safetensors", "result.h5"}) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / name, ignored)) continue;
    throw DataError(folder.string() + " is not the folder of a complete run",
                    std::string(name) + " is missing",
                    "`stockpot run` with the same settings completes it");
  }
  return {config::load({(folder / "config.ini").string()}, changes, use),
          folder / "model.safetensors", folder / "result.h5"};
}

}  // namespace stockpot::jobs
