// SPDX-License-Identifier: Apache-2.0
// What a safetensors file holds says its metadata `format`: docs/export_format.md,
// docs/state_format.md; any other is plain weights.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "core/shape_text.hpp"
#include "io/input_file.hpp"
#include "io/own_checksum.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;
using io::SafetensorsReader;
using io::TensorInfo;

constexpr std::string_view kBitmap = ".bitmap", kValues = ".values";

std::string fact(const SafetensorsReader& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

/// Facts of the file; shapes of packed tensors stand in their rows.
void print_facts(const SafetensorsReader& file) {
  for (const auto& [key, value] : file.metadata())
    if (!key.starts_with("shape.")) fmt::print("  {}: {}\n", escaped(key), escaped(value));
}

/// Counts over all tensors of a kind.
struct Count {
  std::int64_t part = 0, whole = 0;
};

void print_zeros(const Count& zeros) {
  fmt::print("  {} zeros of {} values (sparsity {:.8f})\n", zeros.part, zeros.whole,
             fraction(zeros.part, zeros.whole));
}

void print_plain(const SafetensorsReader& file, const TensorInfo& tensor, Count& zeros) {
  const auto counted = io::count_zeros(tensor.dtype, file.bytes(tensor));
  print_row(tensor.name, std::string(io::name_of(tensor.dtype)), shape_text(tensor.shape), counted,
            fraction(counted, tensor.size()));
  zeros.part += counted;
  zeros.whole += tensor.size();
}

void inspect_weights(const fs::path& path, const SafetensorsReader& file) {
  fmt::print("{}: {} tensors (safetensors)\n", escaped(path.string()), file.tensors().size());
  print_facts(file);
  print_header("zeros");
  Count zeros;
  for (const auto& tensor : file.tensors()) print_plain(file, tensor, zeros);
  print_zeros(zeros);
}

/// `[64,128]` as its numbers. throws DataError
std::vector<std::int64_t> shape_in(const std::string& text, const std::string& of) {
  const auto refuse = [&] {
    throw DataError("the shape of " + of + " is '" + text + "'", "not like [64,128]");
  };
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') refuse();
  std::vector<std::int64_t> shape;
  const char* const end = text.data() + text.size() - 1;
  for (const char* at = text.data() + 1; at < end; ++at) {
    auto& dimension = shape.emplace_back();
    const auto [stop, error] = std::from_chars(at, end, dimension);
    if (error != std::errc() || dimension < 0 || (stop != end && *stop != ',')) refuse();
    at = stop;
  }
  if (shape.size() > io::kMaxRank) refuse();
  return shape;
}

/// Kept weights of a packed mask, whose bits must be as many as the shape that the metadata give.
std::int64_t print_bits(const SafetensorsReader& file, const TensorInfo& tensor,
                        const std::string& name, Count& kept) {
  const auto shape = shape_in(fact(file, "shape." + name), name);
  std::uint64_t size = 1;
  for (const auto dimension : shape)
    if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(dimension), &size))
      throw DataError("the shape of " + name + " is absurd");
  const auto bytes = file.bytes(tensor);
  if (tensor.dtype != io::Dtype::u8 || bytes.size() != size / 8 + (size % 8 != 0))
    throw DataError(fmt::format("{} has {} bytes of bits", name, bytes.size()),
                    fmt::format("its shape {} has {} weights", shape_text(shape), size));
  if (size % 8 != 0 && static_cast<std::uint8_t>(std::to_integer<int>(bytes.back()) << (size % 8)))
    throw DataError(name + " has bits beyond its last weight");
  const auto counted =
      io::count_kept({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  const auto weights = static_cast<std::int64_t>(size);
  print_row(name, "mask", shape_text(shape), counted, 1.0 - fraction(counted, weights));
  kept.part += counted;
  kept.whole += weights;
  return counted;
}

void print_kept(const Count& kept) {
  fmt::print("  kept {} of {} prunable weights by the bits of the masks (sparsity {:.8f})\n",
             kept.part, kept.whole, 1.0 - fraction(kept.part, kept.whole));
}

void inspect_masks(const fs::path& path, const SafetensorsReader& file) {
  fmt::print("{}: {} exported masks\n", escaped(path.string()), file.tensors().size());
  print_facts(file);
  print_header("kept");
  Count kept;
  for (const auto& tensor : file.tensors()) print_bits(file, tensor, tensor.name, kept);
  print_kept(kept);
}

void inspect_sparse(const fs::path& path, const SafetensorsReader& file) {
  fmt::print("{}: exported sparse weights, masks and the values that they keep\n",
             escaped(path.string()));
  print_facts(file);
  print_header("kept");
  Count kept;
  for (const auto& tensor : file.tensors()) {
    if (!tensor.name.ends_with(kBitmap)) continue;
    const auto name = tensor.name.substr(0, tensor.name.size() - kBitmap.size());
    const auto counted = print_bits(file, tensor, name, kept);
    const auto* values = file.find(name + std::string(kValues));
    if (values == nullptr || values->size() != counted)
      throw DataError(
          fmt::format("{} keeps {} weights", name, counted),
          values == nullptr ? "it has no values" : fmt::format("it has {} values", values->size()));
  }
  print_kept(kept);
  print_header("zeros");
  Count zeros;
  for (const auto& tensor : file.tensors())
    if (!tensor.name.ends_with(kBitmap)) print_plain(file, tensor, zeros);
  print_zeros(zeros);
}

void inspect_state(const fs::path& path, const SafetensorsReader& file) {
  const io::MappedFile whole(path);
  if (!io::own_checksum_fits(whole.bytes(), fact(file, "crc32")))
    throw DataError(path.string() + " is a damaged state",
                    "its checksum does not fit: damaged, or changed after it was written");
  fmt::print("{}: part {} of {} of a run's state (checksum right), {}\n", escaped(path.string()),
             escaped(fact(file, "rank")), escaped(fact(file, "ranks")),
             escaped(fact(file, "moment")));
  print_facts(file);
  print_header("zeros");
  Count zeros;
  for (const auto& tensor : file.tensors()) print_plain(file, tensor, zeros);
}

}  // namespace

void inspect_tensors(const fs::path& path) {
  const SafetensorsReader file(path);
  const auto format = fact(file, "format");
  try {
    if (format == "stockpot-masks") return inspect_masks(path, file);
    if (format == "stockpot-sparse") return inspect_sparse(path, file);
  } catch (const DataError& error) {
    throw DataError(path.string() + " contradicts itself", error.what());
  }
  if (format == "stockpot-state") return inspect_state(path, file);
  inspect_weights(path, file);
}

}  // namespace stockpot::jobs
