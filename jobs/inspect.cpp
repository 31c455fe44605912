// SPDX-License-Identifier: Apache-2.0
// stockpot inspect: finds out which of the files that stockpot writes this is; what they hold is
// printed by inspect_*.cpp.
#include "jobs/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/error.hpp"
#include "core/escape.hpp"
#include "io/checkpoint_store.hpp"
#include "io/input_file.hpp"
#include "io/prediction_file.hpp"
#include "io/result_file.hpp"
#include "io/result_layout.hpp"
#include "io/safetensors_header.hpp"
#include "jobs/job.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

const std::vector<config::Flag> kFlags;

/// Whether the bytes begin as a safetensors file does: the length of a header, and a brace.
bool looks_like_safetensors(std::span<const std::byte> bytes) {
  std::uint64_t length = 0;
  if (bytes.size() <= sizeof length) return false;
  std::memcpy(&length, bytes.data(), sizeof length);
  return length <= io::kMaxHeaderBytes && std::to_integer<char>(bytes[sizeof length]) == '{';
}

/// Names that say what a file is meant to be, so that a damaged one is refused as such.
bool is_named(const fs::path& path, std::initializer_list<const char*> extensions) {
  const auto name = path.extension() == ".next" ? path.stem() : path;  // of a forced run
  return std::ranges::find(extensions, name.extension().string()) != extensions.end();
}

void inspect_hdf5(const fs::path& path) {
  const auto format = io::format_of_hdf5(path);
  if (format == io::kResultFormat) return inspect_result(path);
  if (format == io::kPredictionFormat) return inspect_predictions(path);
  throw DataError(path.string() + " is an HDF5 file that this program does not know",
                  "its format is '" + format + "'");
}

void inspect_file(const fs::path& path) {
  if (is_named(path, {".jsonl"})) return inspect_metrics(path);
  if (is_named(path, {".ini"})) return inspect_settings(path);
  if (path.filename() == io::kManifestFile) return inspect_checkpoint(path.parent_path());
  const io::MappedFile file(path);
  if (io::looks_like_hdf5(file.bytes())) return inspect_hdf5(path);
  if (looks_like_safetensors(file.bytes()) ||
      is_named(path, {".safetensors", ".bin", ".pt", ".pth"}))
    return inspect_tensors(path);
  throw DataError(
      path.string() + " is no file that stockpot writes",
      file.bytes().empty() ? "it is empty" : "neither HDF5 nor safetensors by its first bytes",
      "inspect takes result.h5, predictions, .safetensors, metrics.jsonl, config.ini, "
      "and folders of runs, checkpoints and exports");
}

/// The files of a folder that a run or an export writes, those that are there.
void inspect_folder(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path / io::kManifestFile, ignored)) return inspect_checkpoint(path);
  std::size_t found = 0;
  for (const char* name : {"config.ini", "metrics.jsonl", "result.h5", "model.safetensors",
                           "head.safetensors", "masks.safetensors", "model.sparse.safetensors"}) {
    if (!fs::exists(path / name, ignored)) continue;
    inspect_file(path / name);
    ++found;
  }
  const io::CheckpointStore checkpoints(path);
  for (const auto& name : checkpoints.names()) {
    inspect_checkpoint(checkpoints.path_of(name));
    ++found;
  }
  // weights in several files; or nothing of ours, which is then refused
  if (found == 0 || fs::exists(path / "model.safetensors.index.json", ignored))
    inspect_tensors(path);
  if (fs::exists(path / "config.ini", ignored) && !fs::exists(path / "result.h5", ignored))
    fmt::print("{}: the run is not complete; `stockpot run {}` {}\n", escaped(path.string()),
               escaped(path.string()),
               checkpoints.names().empty() ? "starts it again" : "goes on from its checkpoint");
}

}  // namespace

ExitCode inspect(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, "stockpot inspect FILE|FOLDER", kFlags))
    return ExitCode::done;
  if (line.files.size() != 1)
    throw UsageError("inspect takes one file or folder", "",
                     "stockpot inspect runs/<run>/result.h5");
  const fs::path path = line.files[0];
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    inspect_folder(path);
  else
    inspect_file(path);
  return ExitCode::done;
}

}  // namespace stockpot::jobs
