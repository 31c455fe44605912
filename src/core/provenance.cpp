// SPDX-License-Identifier: Apache-2.0
#include "core/provenance.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "provenance_values.hpp"

namespace stockpot {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Provenance process_provenance(const std::vector<std::string>& command_line) {
  std::string line;
  for (const auto& word : command_line) line += (line.empty() ? "" : " ") + word;
  return {
      {"software", "stockpot"},
      {"software_version", core::kVersion},
      {"git_commit", core::kGitCommit},
      {"git_dirty", core::kGitDirty ? "true" : "false"},
      {"compiler", core::kCompiler},
      {"build_type", core::kBuildType},
      {"created", utc_now()},
      {"host", host_name()},
      {"command_line", line},
      {"slurm_job_id", environment("SLURM_JOB_ID")},
      {"slurm_array_task_id", environment("SLURM_ARRAY_TASK_ID")},
      {"slurm_restart_count", environment("SLURM_RESTART_COUNT")},
  };
}

std::string version_line() {
  return fmt::format("stockpot {} (commit {}{}, {})", core::kVersion, core::kGitCommit,
                     core::kGitDirty ? ", with local changes" : "", core::kBuildType);
}

}  // namespace stockpot
