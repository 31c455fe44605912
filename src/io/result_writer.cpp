// SPDX-License-Identifier: Apache-2.0
// 1. Create an HDF5 file in memory, without times of creation, so that equal results give equal
// bytes.
// 2. Root attributes, /provenance, /result, the tables (one group each, one dataset per column),
// /masks, /denoisers/masks.
// 3. Close every object (each close is checked), take the image of the file, put it down by an
// AtomicFile with its checksum behind it.
#include <fmt/format.h>

#include <bit>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "io/hdf5_writing.hpp"
#include "io/result_file.hpp"
#include "io/result_layout.hpp"

namespace stockpot::io {

namespace {

void write_shape(hid_t object, const std::vector<std::int64_t>& shape) {
  const Hdf5Handle type = hdf5_type<std::int64_t>();
  const hsize_t rank = shape.size();
  const Hdf5Handle space(H5Screate_simple(1, &rank, nullptr), H5Sclose);
  const Hdf5Handle attribute(H5Acreate2(object, "shape", type, space, H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  check_hdf5(H5Awrite(attribute, type, shape.data()));
}

template <typename Row>
void write_table(hid_t file, const char* name, const std::vector<Row>& rows) {
  const Hdf5Handle group = create_group(file, name);
  for_each_in(kColumns<Row>, [&]<typename T>(const Column<Row, T>& column) {
    std::vector<Hdf5Element<T>> values;
    values.reserve(rows.size());
    for (const Row& row : rows) values.push_back(element(row.*column.member));
    write_dataset<T>(group, column.name, {values.size()}, values, column.units, column.description);
  });
}

void write_mask(hid_t group, const std::string& name, const std::vector<std::int64_t>& shape,
                std::int64_t kept, const std::vector<std::uint8_t>& bits) {
  const std::int64_t size =
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  expect(std::int64_t(bits.size()) == (size + 7) / 8, "mask " + name + " has one bit per weight");
  expect(count_kept(bits) == kept, "mask " + name + " keeps as many weights as it says");
  expect(!name.empty() && name != "." && name.find('/') == std::string::npos,
         "mask " + name + " has a name that HDF5 can take");
  const Hdf5Handle dataset = write_dataset<std::uint8_t>(
      group, name, {bits.size()}, bits, "1",
      "keep mask: 1 bit per weight, row-major, the first in the highest bit of a byte");
  write_shape(dataset, shape);
  write_attribute(dataset, "kept", kept);
  write_attribute(dataset, "bitorder", std::string("big"));
}

void write_root(hid_t file, const RunResult& result) {
  write_attribute(file, "format", std::string(kResultFormat));
  write_attribute(file, "format_version", kResultVersion);
  for_each_in(kRootAttributes, [&](const auto& attribute) {
    write_attribute(file, attribute.name, result.*attribute.member);
  });

  const Hdf5Handle provenance = create_group(file, "provenance");
  std::map<std::string, std::string> facts;  // of a fact given twice the last one stands
  for (const auto& [name, value] : result.provenance) facts[name] = value;
  for (const auto& [name, value] : facts) write_attribute(provenance, name, value);
}

void write_summary(hid_t file, const RunResult& result) {
  const Hdf5Handle group = create_group(file, "result");
  for_each_in(kResultAttributes, [&](const auto& attribute) {
    write_attribute(group, attribute.name, result.*attribute.member);
  });
  const double density = result.prunable == 0 ? 1.0
                                              : static_cast<double>(result.kept) /
                                                    static_cast<double>(result.prunable);
  write_attribute(group, "sparsity", 1.0 - density);
  for (const auto& [name, value] : result.extra_metrics) write_attribute(group, name, value);
}

void write_masks(hid_t file, const RunResult& result) {
  const Hdf5Handle group = create_group(file, "masks");
  for (const PackedMask& mask : result.masks)
    write_mask(group, mask.name, mask.shape, mask.kept, mask.bits);
}

void write_denoiser_masks(hid_t file, const std::vector<DenoiserMask>& masks) {
  if (masks.empty()) return;
  const Hdf5Handle denoisers(H5Gopen2(file, "denoisers", H5P_DEFAULT), H5Gclose);
  const Hdf5Handle all = create_group(denoisers, "masks");
  for (const DenoiserMask& mask : masks) {
    const std::string round = std::to_string(mask.round);
    const bool exists = check_hdf5(H5Lexists(all, round.c_str(), H5P_DEFAULT)) > 0;
    const Hdf5Handle group = exists
                                 ? Hdf5Handle(H5Gopen2(all, round.c_str(), H5P_DEFAULT), H5Gclose)
                                 : create_group(all, round);
    write_mask(group, std::to_string(mask.denoiser), {mask.size}, mask.kept, mask.bits);
  }
}

}  // namespace

std::int64_t count_kept(std::span<const std::uint8_t> bits) {
  std::int64_t kept = 0;
  for (const std::uint8_t byte : bits) kept += std::popcount(byte);
  return kept;
}

void write_result(const std::filesystem::path& path, const RunResult& result) {
  const Hdf5Handle file = create_memory_file();
  write_root(file, result);
  write_summary(file, result);
  {
    const Hdf5Handle metrics = create_group(file, "metrics");
  }
  for_each_in(kTables, [&](const auto& table) {
    if (!table.only_with_rows || !(result.*table.rows).empty())
      write_table(file, table.group, result.*table.rows);
  });
  write_denoiser_masks(file, result.denoiser_masks);
  write_masks(file, result);
  write_memory_file(path, file);
}

Provenance hdf5_provenance() {
  unsigned major = 0, minor = 0, release = 0;
  check_hdf5(H5get_libversion(&major, &minor, &release));
  return {{"hdf5", fmt::format("{}.{}.{}", major, minor, release)}};
}

}  // namespace stockpot::io
