// SPDX-License-Identifier: Apache-2.0
#include "jobs/run_folder.hpp"

#include "comm/all_or_none.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "io/atomic_file.hpp"
#include "io/result_file.hpp"
#include "model/weights_file.hpp"

namespace stockpot::jobs {
namespace {

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    throw IoError("cannot make run folder " + path.string(), error.message(),
                  "choose another run_root or --run-dir");
}

void remove_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw IoError("cannot remove " + path.string(), error.message());
}

/// Whether the folder holds the result of this configuration.
bool is_complete(const std::filesystem::path& path, const config::RunConfig& config) {
  if (!std::filesystem::exists(path / "result.h5")) return false;
  const auto found = io::read_result(path / "result.h5");
  if (found.run_id == config::run_id(config)) return found.status == "complete";
  throw ConfigError(path.string() + " holds the result of other settings",
                    "run id " + found.run_id + ", these settings are " + config::run_id(config),
                    "choose another --run-dir, or --force to replace it");
}

void prepare(RunFolder& folder, const config::RunConfig& config, bool force) {
  make_folder(folder.path);
  folder.lock = std::make_shared<io::FolderLock>(folder.path);
  if (!force && is_complete(folder.path, config)) {
    folder.complete = true;
    return;
  }
  if (std::filesystem::exists(folder.path / "metrics.jsonl"))
    log_info((force ? "running again in " : "an incomplete run starts over in ") +
             folder.path.string());
  for (const char* name : {"result.h5", "model.safetensors", "metrics.jsonl"})
    remove_file(folder.path / name);
  io::write_atomically(folder.path / "config.ini", config::to_ini(config));
}

}  // namespace

std::optional<io::LineFile> RunFolder::metrics() const {
  if (!lock) return std::nullopt;
  return io::LineFile(path / "metrics.jsonl");
}

void RunFolder::finish(const io::RunResult& result, const model::Weights& weights) const {
  model::save_weights(path / "model.safetensors", weights,
                      {{"format", "pt"}, {"run_id", result.run_id}});
  io::write_result(path / "result.h5", result);
}

RunFolder open_run_folder(const std::filesystem::path& path, const config::RunConfig& config,
                          bool force, const comm::Group& world) {
  RunFolder folder{.path = path, .complete = false, .lock = nullptr};
  comm::all_or_none(world, [&] {
    if (world.is_root()) prepare(folder, config, force);
  });
  folder.complete = world.max(folder.complete ? 1 : 0) == 1;
  return folder;
}

}  // namespace stockpot::jobs
