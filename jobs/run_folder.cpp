// SPDX-License-Identifier: Apache-2.0
#include "jobs/run_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "checkpoint/resume.hpp"
#include "comm/all_or_none.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "io/atomic_file.hpp"
#include "io/checkpoint_store.hpp"
#include "io/durable.hpp"
#include "io/result_file.hpp"
#include "jobs/launch.hpp"
#include "model/weights_file.hpp"
#include "soup/member_rows.hpp"

namespace stockpot::jobs {
namespace {

[[noreturn]] void refuse_to_make(const std::filesystem::path& path, const std::string& why) {
  throw IoError("cannot make run folder " + path.string(), why,
                "choose another run_root or --run-dir");
}

/// Returns whether there was none before.
bool make_folder(const std::filesystem::path& path) {
  std::error_code error;
  const bool is_new = std::filesystem::create_directories(path, error);
  if (error) refuse_to_make(path, error.message());
  return is_new;
}

/// Make a folder in `folder` and remove it; errno where that fails, else 0.
int try_to_write(const std::filesystem::path& folder) {
  std::string name = (folder / ".stockpot-check-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return errno;
  ::rmdir(name.c_str());
  return 0;
}

void remove_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw IoError("cannot remove " + path.string(), error.message());
}

void rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) throw IoError("cannot rename " + from.string(), error.message());
}

/// Files that a run writes while it goes, in the order in which they take their places.
constexpr const char* kLiveFiles[] = {"metrics.jsonl", "config.ini"};

std::filesystem::path live(const RunFolder& folder, const std::string& name) {
  return folder.path / (folder.replaces ? name + ".next" : name);
}

/// What the folder holds.
enum class Held { nothing, incomplete, failed, complete, complete_of_others };

Held held_by(const io::RunResult& found, const config::RunConfig& config) {
  if (found.status != "complete") return Held::failed;
  return found.run_id == config::run_id(config) ? Held::complete : Held::complete_of_others;
}

Held held(const std::filesystem::path& path, const config::RunConfig& config) {
  if (!std::filesystem::exists(path / "result.h5"))
    return std::filesystem::exists(path / "metrics.jsonl") ? Held::incomplete : Held::nothing;
  return held_by(io::read_result(path / "result.h5"), config);
}

/// `held`, where a damaged result is no obstacle to replace it.
Held held_before_force(const std::filesystem::path& path, const config::RunConfig& config) {
  try {
    return held(path, config);
  } catch (const DataError&) {
    return Held::failed;
  }
}

void refuse_result_of_others(Held what, const std::filesystem::path& path,
                             const config::RunConfig& config) {
  if (what == Held::complete_of_others)
    throw ConfigError(path.string() + " holds the result of other settings",
                      "these settings are run id " + config::run_id(config),
                      "choose another --run-dir, or --force to replace it");
}

void say_what_happens_to(Held what, const std::filesystem::path& path) {
  if (what == Held::incomplete) log_info("an incomplete run starts over in " + path.string());
  if (what == Held::failed) log_info("a failed run starts over in " + path.string());
  if (what == Held::complete || what == Held::complete_of_others)
    log_info("running again in " + path.string() +
             "; the earlier result stays until the new one is whole");
}

/// Remove what earlier attempts have left that were killed.
void remove_leftovers(const RunFolder& folder) {
  io::remove_temporaries(folder.path);
  io::remove_temporaries(folder.path / soup::kMemberFolder);
  io::CheckpointStore(folder.path).remove_unfinished();
}

/// See that there is room, and keep that of the results; checkpoints that are there count.
void reserve_space(RunFolder& folder, const Setup& setup) {
  const auto bytes = bytes_to_write(setup);
  const auto there = std::min(io::CheckpointStore(folder.path).bytes(), bytes.checkpoints);
  folder.reserve = std::make_shared<io::DiskReserve>(folder.path, bytes.all() - there);
  folder.reserve->shrink_to(bytes.results);
}

/// Whether this is a job that Slurm started again, and its earlier start left checkpoints: --force
/// was meant for that one.
bool was_forced_before(Held what, const std::filesystem::path& path) {
  return number_in_environment({"SLURM_RESTART_COUNT"}, 0) > 0 && what != Held::complete &&
         what != Held::complete_of_others && !io::CheckpointStore(path).names().empty();
}

/// Make the folder, which is this process's, ready.
void prepare_owned(RunFolder& folder, const Setup& setup, bool force) {
  const auto& config = setup.config;
  const Held what = force ? held_before_force(folder.path, config) : held(folder.path, config);
  force = force && !was_forced_before(what, folder.path);
  folder.complete = what == Held::complete && !force;
  if (folder.complete) return;
  if (!force) refuse_result_of_others(what, folder.path, config);
  folder.replaces = what == Held::complete || what == Held::complete_of_others;
  remove_leftovers(folder);
  folder.resumes = !force && !io::CheckpointStore(folder.path).names().empty();
  if (!folder.resumes) say_what_happens_to(what, folder.path);
  reserve_space(folder, setup);
  if (folder.resumes) return;
  if (force) folder.remove_checkpoints();
  if (!folder.replaces)
    for (const char* name : {"result.h5", "model.safetensors"}) remove_file(folder.path / name);
  folder.remove_members();
  for (const char* name : kLiveFiles) {
    remove_file(live(folder, name));
    if (!folder.replaces) remove_file(folder.path / (std::string(name) + ".next"));
  }
  io::write_atomically(live(folder, "config.ini"), config::to_ini(config));
}

void prepare(RunFolder& folder, const Setup& setup, bool force) {
  const bool is_new = make_folder(folder.path);
  try {
    folder.lease = std::make_shared<io::FolderLease>(folder.path);
  } catch (const Error&) {
    std::error_code ignored;
    if (is_new) std::filesystem::remove(folder.path, ignored);  // unless another works in it by now
    throw;
  }
  try {
    prepare_owned(folder, setup, force);
  } catch (const Error&) {
    std::error_code ignored;
    if (is_new) std::filesystem::remove_all(folder.path, ignored);
    throw;
  }
}

}  // namespace

BytesToWrite bytes_to_write(const Setup& setup) {
  constexpr std::uint64_t kPerTensor = 8192, kPerStep = 256, kRest = 1 << 20;
  const auto& config = setup.config;
  const auto& layout = *setup.model->layout();
  const auto unsigned_of = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
  const auto weights = sizeof(float) * unsigned_of(layout.total());
  const auto mask = unsigned_of(layout.prunable()) / 8;
  const auto forecast = setup.foreseen();
  auto rows = mask + kPerTensor * layout.tensors().size() +
              kPerStep * unsigned_of(forecast.cursor.step) + kRest;
  if (config.isp.save_masks && setup.method.denoise)
    rows += mask * unsigned_of(forecast.look_ahead_steps / config.isp.look_ahead_steps);
  BytesToWrite bytes{.results = weights + rows + weights * unsigned_of(forecast.kept_members)};

  // weights and two moments, those to rewind to, the best ones, and scores of the rule `mean`
  const auto masks =
      8 + unsigned_of(config.isp.denoisers + forecast.members + forecast.kept_members);
  const auto state = 6 * weights + masks * mask + rows;
  const auto& checkpoint = config.checkpoint;
  if (checkpoint.every_steps > 0 || checkpoint.every_s > 0)
    bytes.checkpoints = unsigned_of(checkpoint.keep + 1) * state;
  return bytes;
}

std::optional<io::LineFile> RunFolder::metrics() const {
  if (!lease) return std::nullopt;
  return io::LineFile(live(*this, "metrics.jsonl"), [owner = owner] { owner.require(); });
}

void RunFolder::finish(const io::RunResult& result, const model::Weights& weights) const {
  reserve->release();
  owner.require();
  model::save_weights(path / "model.safetensors", weights,
                      {{"format", "pt"}, {"run_id", result.run_id}});
  owner.require();
  if (replaces)
    for (const char* name : kLiveFiles) rename_file(live(*this, name), path / name);
  io::write_result(path / "result.h5", result);
}

void RunFolder::fail(const io::RunResult& result) const noexcept {
  if (replaces) return;
  try {
    owner.require();
    if (reserve) reserve->release();
    io::write_result(path / "result.h5", result);
  } catch (const std::exception& error) {
    log_here(std::string("stockpot: nor could the failure be written down: ") + error.what());
  }
}

void RunFolder::go_on(std::int64_t metrics_bytes, const config::RunConfig& config) const {
  const auto metrics = path / "metrics.jsonl";
  if (metrics_bytes > 0) {
    std::error_code error;
    std::filesystem::resize_file(metrics, static_cast<std::uintmax_t>(metrics_bytes), error);
    if (error) throw IoError("cannot cut " + metrics.string(), error.message());
  } else {
    remove_file(metrics);
  }
  for (const char* name : {"result.h5", "model.safetensors"}) remove_file(path / name);
  io::write_atomically(path / "config.ini", config::to_ini(config));
}

void RunFolder::remove_checkpoints() const noexcept {
  std::error_code ignored;
  std::filesystem::remove_all(path / io::kCheckpointFolder, ignored);
}

void RunFolder::remove_members() const noexcept {
  std::error_code ignored;
  std::filesystem::remove_all(path / soup::kMemberFolder, ignored);
}

std::filesystem::path existing_parent(std::filesystem::path path) {
  path = std::filesystem::absolute(path);
  std::error_code ignored;
  while (!std::filesystem::exists(path, ignored) && path != path.parent_path())
    path = path.parent_path();
  return path;
}

void check_run_folder(const std::filesystem::path& path, const config::RunConfig& config,
                      bool force) {
  std::error_code error;
  const bool exists = std::filesystem::is_directory(path, error);
  if (error == std::errc::filename_too_long) refuse_to_make(path, error.message());
  const Held what = !exists ? Held::nothing
                    : force ? held_before_force(path, config)
                            : held(path, config);
  if (const int code = try_to_write(existing_parent(path)); code != 0) {
    if (exists) io::throw_io_error("write to", path, code, "choose another --run-dir or run_root");
    refuse_to_make(path, io::errno_text(code));
  }
  if (!exists) return;
  io::require_no_owner(path);
  if (force) return;
  refuse_result_of_others(what, path, config);
  if (what != Held::complete)
    checkpoint::require_settings(io::CheckpointStore(path), config::run_id(config));
}

void tidy_complete_folder(const std::filesystem::path& path) noexcept {
  try {
    std::error_code ignored;
    if (!std::filesystem::exists(path / io::kCheckpointFolder, ignored) &&
        !std::filesystem::exists(path / io::kOwnerFile, ignored))
      return;
    const io::FolderLease lease(path);
    if (!config::load({(path / "config.ini").string()}, {}).checkpoint.keep_after)
      std::filesystem::remove_all(path / io::kCheckpointFolder, ignored);
  } catch (const OwnedError&) {
    return;  // who works there will tidy it
  } catch (const std::exception& error) {
    log_info(error.what());  // a complete run is complete
  }
}

bool holds_this_run(const std::filesystem::path& path, Setup& setup, const comm::Group& world) {
  bool holds = false;
  comm::all_or_none(world, [&] {
    std::error_code absent;
    if (!world.is_root() || !std::filesystem::exists(path / "result.h5", absent)) return;
    const auto found = io::read_result(path / "result.h5");
    holds = held_by(found, setup.config) == Held::complete;
    if (holds) require_same_inputs(found, setup.config, setup.inputs);
  });
  return world.max(holds ? 1 : 0) == 1;
}

RunFolder open_run_folder(const std::filesystem::path& path, const Setup& setup, bool force,
                          const comm::Group& world) {
  RunFolder folder;
  folder.path = path;
  comm::all_or_none(world, [&] {
    if (world.is_root()) prepare(folder, setup, force);
  });
  folder.complete = world.max(folder.complete ? 1 : 0) == 1;
  folder.replaces = world.max(folder.replaces ? 1 : 0) == 1;
  folder.resumes = world.max(folder.resumes ? 1 : 0) == 1;
  folder.owner = {path, world.broadcast(folder.lease ? folder.lease->token().text() : "")};
  return folder;
}

}  // namespace stockpot::jobs
