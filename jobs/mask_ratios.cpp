// SPDX-License-Identifier: Apache-2.0
#include "jobs/mask_ratios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/shape_text.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

/// What a file says of one tensor.
struct Count {
  std::string shape;  ///< as `rows,columns`
  std::int64_t kept = 0;
};
using Counts = std::map<std::string, Count>;

Counts counts_of_result(const fs::path& file) {
  Counts counts;
  for (const auto& mask : io::read_result(file).masks)
    counts[mask.name] = {shape_text(mask.shape, ","), io::count_kept(mask.bits)};
  return counts;
}

Counts counts_of_export(const fs::path& file) {
  const io::SafetensorsReader reader(file);
  const auto& facts = reader.metadata();
  const auto format = facts.find("format");
  if (format == facts.end() || format->second != "stockpot-masks")
    throw DataError(file.string() + " holds no masks", "its format is not stockpot-masks",
                    "make one by `stockpot export RUN --format masks --to DIR`");
  Counts counts;
  for (const auto& tensor : reader.tensors()) {
    const auto bytes = reader.bytes(tensor);
    const auto shape = facts.find("shape." + tensor.name);
    counts[tensor.name] = {
        shape == facts.end() ? "" : shape->second,
        io::count_kept({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})};
  }
  return counts;
}

}  // namespace

std::vector<std::int64_t> kept_per_tensor(const fs::path& path, const model::Layout& layout,
                                          io::InputDigests* digests) {
  const auto file = fs::is_directory(path) ? path / "result.h5" : path;
  if (!fs::exists(file))
    throw DataError(file.string() + " is not there", "prune.ratios_of names it",
                    "name a finished run, or exported masks");
  if (digests != nullptr) digests->add_file(file);
  const auto counts =
      file.extension() == ".safetensors" ? counts_of_export(file) : counts_of_result(file);
  std::vector<std::int64_t> kept;
  for (const auto& tensor : layout.tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    const auto found = counts.find(tensor.name);
    if (found == counts.end())
      throw DataError(file.string() + " has no mask of " + tensor.name, "the model has that tensor",
                      "name a mask of the same model");
    if (found->second.shape != shape_text(tensor.shape, ",") || found->second.kept > tensor.size)
      throw DataError(fmt::format("{}: {} has another shape", file.string(), tensor.name),
                      fmt::format("{} there, {} in the model", found->second.shape,
                                  shape_text(tensor.shape, ",")),
                      "name a mask of the same model");
    kept.push_back(found->second.kept);
  }
  return kept;
}

}  // namespace stockpot::jobs
