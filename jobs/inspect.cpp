// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <span>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "core/shape_text.hpp"
#include "io/input_file.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "jobs/job.hpp"

namespace stockpot::jobs {

namespace fs = std::filesystem;

namespace {

const std::vector<config::Flag> kFlags;
constexpr std::size_t kNameColumn = 56;

double fraction(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t elements(std::span<const std::int64_t> shape) {
  std::int64_t size = 1;
  for (const std::int64_t dimension : shape) size *= dimension;
  return size;
}

/// A name too long for its column gets a line of its own.
void print_row(std::string name, const std::string& kind, const std::string& shape,
               std::int64_t count, double sparsity) {
  name = escaped(name);
  if (name.size() > kNameColumn) {
    fmt::print("  {}\n", name);
    name.clear();
  }
  fmt::print("  {:<{}} {:<5} {:<20} {:>12} {:>9.6f}\n", name, kNameColumn, kind, shape, count,
             sparsity);
}

void print_header(const char* count) {
  fmt::print("  {:<{}} {:<5} {:<20} {:>12} {:>9}\n", "tensor", kNameColumn, "type", "shape", count,
             "sparsity");
}

void inspect_result(const fs::path& path) {
  const io::RunResult result = io::read_result(path);
  fmt::print("{}: result of a run (checksum right)\n", escaped(path.string()));
  fmt::print("  name {}, run id {}, status {}, seed {}\n", escaped(result.name),
             escaped(result.run_id), escaped(result.status), result.seed);
  fmt::print("  method {}, model {}, data {}\n", escaped(result.method), escaped(result.model),
             escaped(result.data));
  fmt::print("  {}: test {:.6f}, validation {:.6f} (weights selected on {})\n",
             escaped(result.metric), result.test, result.validation, escaped(result.selected_on));
  for (const auto& [name, value] : result.extra_metrics)
    fmt::print("  {}: {:.6f}\n", escaped(name), value);
  fmt::print(
      "  {} rounds, {} denoiser rows, {} denoiser masks, {} + {} points of the curves, {} events\n",
      result.rounds.size(), result.denoisers.size(), result.denoiser_masks.size(),
      result.train.size(), result.validation_curve.size(), result.events.size());

  std::int64_t kept = 0, weights = 0;
  print_header("kept");
  for (const io::PackedMask& mask : result.masks) {
    const std::int64_t counted = io::count_kept(mask.bits), size = elements(mask.shape);
    print_row(mask.name, "mask", shape_text(mask.shape), counted, 1.0 - fraction(counted, size));
    kept += counted;
    weights += size;
  }
  fmt::print(
      "  kept {} of {} prunable weights by the bits of the masks (sparsity {:.8f}, requested "
      "{:.8f})\n",
      kept, weights, 1.0 - fraction(kept, weights), result.sparsity_requested);
  if (!result.masks.empty() && (kept != result.kept || weights != result.prunable)) {
    throw DataError(
        path.string() + " contradicts itself",
        fmt::format("/result says that {} of {} weights are kept, the bits of /masks say {} of {}",
                    result.kept, result.prunable, kept, weights));
  }
}

void inspect_weights(const fs::path& path) {
  const io::SafetensorsReader reader(path);
  fmt::print("{}: {} tensors (safetensors)\n", escaped(path.string()), reader.tensors().size());
  for (const auto& [key, value] : reader.metadata())
    fmt::print("  {}: {}\n", escaped(key), escaped(value));
  std::int64_t zeros = 0, values = 0;
  print_header("zeros");
  for (const io::TensorInfo& tensor : reader.tensors()) {
    const std::int64_t counted = io::count_zeros(tensor.dtype, reader.bytes(tensor));
    print_row(tensor.name, std::string(io::name_of(tensor.dtype)), shape_text(tensor.shape),
              counted, fraction(counted, tensor.size()));
    zeros += counted;
    values += tensor.size();
  }
  fmt::print("  {} zeros of {} values (sparsity {:.8f})\n", zeros, values, fraction(zeros, values));
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
  if (fs::is_directory(path, ignored)) {
    const bool is_run = fs::exists(path / "result.h5", ignored);
    if (is_run) inspect_result(path / "result.h5");
    if (!is_run || fs::exists(path / "model.safetensors", ignored)) inspect_weights(path);
  } else if (io::looks_like_hdf5(io::MappedFile(path).bytes())) {
    inspect_result(path);
  } else {
    inspect_weights(path);
  }
  return ExitCode::done;
}

}  // namespace stockpot::jobs
