// SPDX-License-Identifier: Apache-2.0
// for each checkpoint, the newest first:
//   rank 0: manifest; settings and inputs; SHA-256 of every file
//   every rank: read the parts, put the state together
#include "checkpoint/resume.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ranges>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "io/input_file.hpp"

namespace stockpot::checkpoint {
namespace {

constexpr const char* kStartAnew = "--force starts over";

/// throws ConfigError (78)
void require_same_settings(const io::CheckpointManifest& manifest, const std::string& run_id,
                           const io::CheckpointStore& store) {
  if (manifest.run.settings == run_id) return;
  throw ConfigError(
      store.path_of(manifest.name).string() + " is a checkpoint of other settings",
      fmt::format("run id {}, these settings are {}", manifest.run.settings, run_id),
      fmt::format("run it with its own, or choose another --run-dir; {}", kStartAnew));
}

/// throws ConfigError (78)
void require_same_run(const io::CheckpointManifest& manifest, const engine::RunIdentity& run,
                      const io::CheckpointStore& store) {
  require_same_settings(manifest, run.settings, store);
  if (manifest.run.inputs != run.inputs)
    throw ConfigError(
        store.path_of(manifest.name).string() + " is a checkpoint of other input files",
        "weights, data or vocabulary changed under the same path",
        fmt::format("give it the files that it began with; {}", kStartAnew));
}

/// collective over `group`
std::vector<std::string> names_of_root(const io::CheckpointStore& store, const comm::Group& group) {
  std::string text;
  if (group.is_root()) text = fmt::format("{}", fmt::join(store.names(), "\n"));
  std::vector<std::string> names;
  for (const auto name : std::views::split(group.broadcast(std::move(text)), '\n'))
    if (!name.empty()) names.emplace_back(name.begin(), name.end());
  return names;
}

engine::RunState read(const io::CheckpointStore& store, const io::CheckpointManifest& manifest,
                      const engine::RunIdentity& run, const model::Weights& weights,
                      const comm::Group& group) {
  std::vector<io::MappedFile> files;
  std::vector<engine::StatePart> parts;
  files.reserve(manifest.parts.size());
  for (const auto& part : manifest.parts) {
    const auto& file = files.emplace_back(store.path_of(manifest.name) / part.name);
    parts.push_back({file.bytes(), file.path().string()});
  }
  return engine::read_state(parts, run, weights, group.rank(), group.size());
}

/// throws AgreedError
/// collective over `group`
Resumed open(const io::CheckpointStore& store, const std::string& name,
             const engine::RunIdentity& run, const model::Weights& weights,
             const comm::Group& group) {
  std::string text;
  comm::all_or_none(group, [&] {
    if (!group.is_root()) return;
    const auto manifest = store.manifest_of(name);
    require_same_run(manifest, run, store);
    store.verify(manifest);
    text = io::encode_manifest(manifest);
  });
  auto manifest =
      io::decode_manifest(group.broadcast(std::move(text)), store.path_of(name).string());
  std::optional<engine::RunState> state;
  comm::all_or_none(group, [&] { state.emplace(read(store, manifest, run, weights, group)); });
  return {std::move(*state), std::move(manifest)};
}

bool is_damage(const AgreedError& error) {
  return error.exit_code() == ExitCode::bad_input || error.exit_code() == ExitCode::input_output;
}

}  // namespace

void require_settings(const io::CheckpointStore& store, const std::string& run_id) {
  for (const auto& name : store.names()) {
    try {
      return require_same_settings(store.manifest_of(name), run_id, store);
    } catch (const DataError&) {
      continue;  // a run would say so and go on from the next one
    }
  }
}

std::optional<Resumed> resume(const io::CheckpointStore& store, const engine::RunIdentity& run,
                              const model::Weights& weights, const comm::Group& group) {
  std::vector<std::string> damaged;
  for (const auto& name : names_of_root(store, group)) {
    try {
      auto resumed = open(store, name, run, weights, group);
      for (const auto& text : damaged) log_info(fmt::format("{}; going on from {}", text, name));
      return resumed;
    } catch (const AgreedError& error) {
      if (!is_damage(error)) throw;
      damaged.push_back(fmt::format("checkpoint {} is damaged ({})", name, error.what()));
    }
  }
  if (damaged.empty()) return std::nullopt;
  throw AgreedError(ExitCode::bad_input,
                    fmt::format("no checkpoint in {} can be gone on from: {}; {}",
                                store.path().string(), fmt::join(damaged, "; "), kStartAnew));
}

}  // namespace stockpot::checkpoint
