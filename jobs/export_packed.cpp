// SPDX-License-Identifier: Apache-2.0
// Masks as packed bits, and weights as packed bits with the values that are kept. Both are
// safetensors files that numpy reads by np.unpackbits.
#include <fmt/format.h>

#include <cstring>
#include <iterator>
#include <map>

#include "core/error.hpp"
#include "core/shape_text.hpp"
#include "io/result_file.hpp"
#include "jobs/export.hpp"

namespace stockpot::jobs {
namespace {

/// Shapes of the packed tensors, which the file's own shapes do not tell.
std::map<std::string, std::string> metadata_of(const ExportSource& source, const char* format) {
  std::map<std::string, std::string> metadata{
      {"format", format}, {"bitorder", "big"}, {"run_id", source.result.run_id}};
  for (const auto& mask : source.result.masks)
    metadata["shape." + mask.name] = shape_text(mask.shape, ",");
  return metadata;
}

io::TensorToWrite bits_tensor(std::string name, const std::vector<std::uint8_t>& bits) {
  return {std::move(name), io::Dtype::u8, {std::ssize(bits)}, std::as_bytes(std::span(bits))};
}

/// The elements of a tensor that its mask keeps, in their order.
std::vector<float> kept_values(const ExportSource& source, const io::PackedMask& mask) {
  const auto* tensor = source.weights.find(mask.name);
  if (tensor == nullptr || tensor->shape != mask.shape || tensor->dtype != io::Dtype::f32)
    throw DataError(
        source.run.weights.string() + " does not belong to " + source.run.result.string(),
        mask.name + " is missing or of another form");
  const auto bytes = source.weights.bytes(*tensor);
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(mask.kept));
  for (std::size_t i = 0; i < static_cast<std::size_t>(tensor->size()); ++i) {
    if ((mask.bits[i / 8] >> (7 - i % 8) & 1) == 0) continue;
    float value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    values.push_back(value);
  }
  return values;
}

std::int64_t count_bits(const io::SafetensorsReader& file, const std::string& name,
                        const io::PackedMask& mask) {
  const auto* tensor = file.find(name);
  if (tensor == nullptr) throw IoError("the written file lacks " + name);
  const auto bytes = file.bytes(*tensor);
  const auto kept =
      io::count_kept({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (kept != mask.kept)
    throw IoError(fmt::format("the written bits of {} keep {} weights", name, kept),
                  fmt::format("the run keeps {}", mask.kept));
  return kept;
}

std::string line(const char* file, std::int64_t kept, const ExportSource& source) {
  return fmt::format("{}: {} of {} prunable weights kept, counted from the written bits\n", file,
                     kept, source.result.prunable);
}

}  // namespace

std::string export_masks(const ExportSource& source, const std::filesystem::path& folder) {
  const char* name = "masks.safetensors";
  std::vector<io::TensorToWrite> tensors;
  for (const auto& mask : source.result.masks) tensors.push_back(bits_tensor(mask.name, mask.bits));
  io::write_safetensors(folder / name, std::move(tensors), metadata_of(source, "stockpot-masks"));

  const io::SafetensorsReader written(folder / name);
  std::int64_t kept = 0;
  for (const auto& mask : source.result.masks) kept += count_bits(written, mask.name, mask);
  return line(name, kept, source);
}

std::string export_sparse(const ExportSource& source, const std::filesystem::path& folder) {
  const char* name = "model.sparse.safetensors";
  std::vector<std::vector<float>> values;
  values.reserve(source.result.masks.size());
  std::vector<io::TensorToWrite> tensors;
  for (const auto& mask : source.result.masks) {
    values.push_back(kept_values(source, mask));
    tensors.push_back(bits_tensor(mask.name + ".bitmap", mask.bits));
    tensors.push_back(
        io::float_tensor(mask.name + ".values", {std::ssize(values.back())}, values.back()));
  }
  for (const auto& tensor : source.weights.tensors())
    if (source.mask_of(tensor.name) == nullptr)
      tensors.push_back({tensor.name, tensor.dtype, tensor.shape, source.weights.bytes(tensor)});
  io::write_safetensors(folder / name, std::move(tensors), metadata_of(source, "stockpot-sparse"));

  const io::SafetensorsReader written(folder / name);
  std::int64_t kept = 0;
  for (const auto& mask : source.result.masks) {
    kept += count_bits(written, mask.name + ".bitmap", mask);
    const auto* stored = written.find(mask.name + ".values");
    if (stored == nullptr || stored->size() != mask.kept)
      throw IoError(
          fmt::format("the written file does not hold {} values of {}", mask.kept, mask.name));
  }
  return line(name, kept, source);
}

}  // namespace stockpot::jobs
