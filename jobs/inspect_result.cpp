// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "core/shape_text.hpp"
#include "io/result_file.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {

void inspect_result(const std::filesystem::path& path) {
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

}  // namespace stockpot::jobs
