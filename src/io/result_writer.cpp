// 1. Create an HDF5 file in memory, without times of creation, so that equal results give equal bytes.
// 2. Root attributes, /provenance, /result, the tables (one group each, one dataset per column), /masks, /denoisers/masks.
// 3. Close every object (each close is checked), take the image of the file, put it down by an AtomicFile with its checksum behind it.
#include <zlib.h>

#include <array>
#include <bit>
#include <cstdio>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/hdf5_types.hpp"
#include "io/result_file.hpp"
#include "io/result_layout.hpp"
#include "io/result_trailer.hpp"

namespace stockpot::io {

namespace {

template <typename T>
Hdf5Element<T> element(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value.c_str();
  } else {
    return value;
  }
}

template <typename T>
void write_attribute(hid_t object, const std::string& name, const T& value) {
  const Hdf5Handle type = hdf5_type<T>();
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const Hdf5Element<T> written = element(value);
  check_hdf5(H5Awrite(attribute, type, &written));
}

void write_shape(hid_t object, const std::vector<std::int64_t>& shape) {
  const Hdf5Handle type = hdf5_type<std::int64_t>();
  const hsize_t rank = shape.size();
  const Hdf5Handle space(H5Screate_simple(1, &rank, nullptr), H5Sclose);
  const Hdf5Handle attribute(H5Acreate2(object, "shape", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check_hdf5(H5Awrite(attribute, type, shape.data()));
}

template <typename T>
Hdf5Handle write_dataset(hid_t group, const std::string& name, std::span<const Hdf5Element<T>> values, const std::string& units,
                         const std::string& description) {
  const Hdf5Handle type = hdf5_type<T>();
  const hsize_t size = values.size();
  const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  Hdf5Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
  if (!values.empty()) check_hdf5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  write_attribute(dataset, "units", units);
  write_attribute(dataset, "description", description);
  return dataset;
}

Hdf5Handle create_group(hid_t parent, const std::string& name) {
  const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  check_hdf5(H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
  return Hdf5Handle(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose);
}

template <typename Row>
void write_table(hid_t file, const char* name, const std::vector<Row>& rows) {
  const Hdf5Handle group = create_group(file, name);
  for_each_in(kColumns<Row>, [&]<typename T>(const Column<Row, T>& column) {
    std::vector<Hdf5Element<T>> values;
    values.reserve(rows.size());
    for (const Row& row : rows) values.push_back(element(row.*column.member));
    write_dataset<T>(group, column.name, values, column.units, column.description);
  });
}

void write_mask(hid_t group, const std::string& name, const std::vector<std::int64_t>& shape, std::int64_t kept,
                const std::vector<std::uint8_t>& bits) {
  const std::int64_t size = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  expect(std::int64_t(bits.size()) == (size + 7) / 8, "mask " + name + " has one bit per weight");
  expect(count_kept(bits) == kept, "mask " + name + " keeps as many weights as it says");
  expect(!name.empty() && name != "." && name.find('/') == std::string::npos, "mask " + name + " has a name that HDF5 can take");
  const Hdf5Handle dataset =
      write_dataset<std::uint8_t>(group, name, bits, "1", "keep mask: 1 bit per weight, row-major, the first in the highest bit of a byte");
  write_shape(dataset, shape);
  write_attribute(dataset, "kept", kept);
  write_attribute(dataset, "bitorder", std::string("big"));
}

void write_root(hid_t file, const RunResult& result) {
  write_attribute(file, "format", std::string(kResultFormat));
  write_attribute(file, "format_version", kResultVersion);
  for_each_in(kRootAttributes, [&](const auto& attribute) { write_attribute(file, attribute.name, result.*attribute.member); });

  const Hdf5Handle provenance = create_group(file, "provenance");
  std::map<std::string, std::string> facts;  // of a fact given twice the last one stands
  for (const auto& [name, value] : result.provenance) facts[name] = value;
  for (const auto& [name, value] : facts) write_attribute(provenance, name, value);
}

void write_summary(hid_t file, const RunResult& result) {
  const Hdf5Handle group = create_group(file, "result");
  for_each_in(kResultAttributes, [&](const auto& attribute) { write_attribute(group, attribute.name, result.*attribute.member); });
  const double density = result.prunable == 0 ? 1.0 : static_cast<double>(result.kept) / static_cast<double>(result.prunable);
  write_attribute(group, "sparsity", 1.0 - density);
  for (const auto& [name, value] : result.extra_metrics) write_attribute(group, name, value);
}

void write_masks(hid_t file, const RunResult& result) {
  const Hdf5Handle group = create_group(file, "masks");
  for (const PackedMask& mask : result.masks) write_mask(group, mask.name, mask.shape, mask.kept, mask.bits);
}

void write_denoiser_masks(hid_t file, const std::vector<DenoiserMask>& masks) {
  if (masks.empty()) return;
  const Hdf5Handle denoisers(H5Gopen2(file, "denoisers", H5P_DEFAULT), H5Gclose);
  const Hdf5Handle all = create_group(denoisers, "masks");
  for (const DenoiserMask& mask : masks) {
    const std::string round = std::to_string(mask.round);
    const bool exists = check_hdf5(H5Lexists(all, round.c_str(), H5P_DEFAULT)) > 0;
    const Hdf5Handle group = exists ? Hdf5Handle(H5Gopen2(all, round.c_str(), H5P_DEFAULT), H5Gclose) : create_group(all, round);
    write_mask(group, std::to_string(mask.denoiser), {mask.size}, mask.kept, mask.bits);
  }
}

std::vector<std::byte> image_of(hid_t file) {
  check_hdf5(H5Fflush(file, H5F_SCOPE_GLOBAL));
  std::vector<std::byte> image(static_cast<std::size_t>(check_hdf5(H5Fget_file_image(file, nullptr, 0))));
  check_hdf5(H5Fget_file_image(file, image.data(), image.size()));
  return image;
}

std::vector<std::byte> encode_result(const RunResult& result) {
  open_hdf5();
  const Hdf5Handle access = memory_file_access();
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  const Hdf5Handle file(H5Fcreate("result.h5 in memory", H5F_ACC_TRUNC, creation, access), H5Fclose);
  write_root(file, result);
  write_summary(file, result);
  { const Hdf5Handle metrics = create_group(file, "metrics"); }
  for_each_in(kTables, [&](const auto& table) { write_table(file, table.group, result.*table.rows); });
  write_denoiser_masks(file, result.denoiser_masks);
  write_masks(file, result);
  return image_of(file);
}

}  // namespace

std::string result_trailer(std::span<const std::byte> content) {
  const auto checksum = static_cast<unsigned>(::crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
  std::array<char, kTrailerBytes + 1> line{};
  std::snprintf(line.data(), line.size(), "\nstockpot-crc32 %08x\n", checksum);
  return line.data();
}

std::int64_t count_kept(std::span<const std::uint8_t> bits) {
  std::int64_t kept = 0;
  for (const std::uint8_t byte : bits) kept += std::popcount(byte);
  return kept;
}

void write_result(const std::filesystem::path& path, const RunResult& result) {
  const std::vector<std::byte> image = encode_result(result);
  const std::string trailer = result_trailer(image);
  const std::array parts{std::span<const std::byte>(image), std::as_bytes(std::span(trailer))};
  write_atomically(path, parts);
}

Provenance hdf5_provenance() {
  unsigned major = 0, minor = 0, release = 0;
  check_hdf5(H5get_libversion(&major, &minor, &release));
  return {{"hdf5", std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release)}};
}

}  // namespace stockpot::io
