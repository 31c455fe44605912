// SPDX-License-Identifier: Apache-2.0
// Reading HDF5 files that may be hostile: the checksum before HDF5 sees the file, hard links only,
// contiguous datasets of exactly our types, no more elements than the file can hold.
// source: result_format.md, "What a reader refuses"
#pragma once
#include <string>
#include <vector>

#include "core/error.hpp"
#include "io/hdf5_types.hpp"
#include "io/input_file.hpp"

namespace stockpot::io {

/// Throw DataError with a reason to refuse the file, unless `holds`; who opened the file adds its
/// name.
void require(bool holds, const std::string& why);

/// Open a file of write_memory_file, after its checksum was compared. throws DataError, IoError
Hdf5Handle open_checked_hdf5(const MappedFile& file);

bool has_attribute(hid_t object, const std::string& name);
bool has_child(hid_t parent, const char* name);

/// A group or dataset by its name. throws DataError where it is a link, or of another kind
Hdf5Handle open_child(hid_t parent, const std::string& name, H5O_type_t kind);

/// Names in the order of their creation where the group keeps it, and of attributes by name.
std::vector<std::string> children_of(hid_t group);
std::vector<std::string> attributes_of(hid_t object);

std::vector<std::int64_t> shape_of(hid_t dataset);

/// Throw DataError unless a dataset is one piece of this file, without filters.
void require_plain(hid_t dataset, const std::string& name);

template <typename T>
bool is_type(hid_t found) {
  return check_hdf5(H5Tequal(found, hdf5_type<T>())) > 0;
}

template <typename T>
void require_type(hid_t found, const std::string& name) {
  require(is_type<T>(found), name + " has another type than it should have");
}

/// One value per element, freeing the text that HDF5 allocated.
template <typename T, typename Read>
std::vector<T> read_elements(hid_t type, hid_t space, Read read) {
  const hssize_t size = H5Sget_simple_extent_npoints(space);
  check_hdf5(size);
  std::vector<Hdf5Element<T>> buffer(static_cast<std::size_t>(size));
  if (buffer.empty()) return {};
  check_hdf5(read(buffer.data()));
  if constexpr (std::is_same_v<T, std::string>) {
    std::vector<T> values;
    for (const char* text : buffer) values.emplace_back(text ? text : "");
    check_hdf5(H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer.data()));
    return values;
  } else {
    return {buffer.begin(), buffer.end()};
  }
}

/// Whether an attribute is one value of type T.
template <typename T>
bool is_one(hid_t object, const std::string& name) {
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  return is_type<T>(type) && check_hdf5(H5Sget_simple_extent_npoints(space)) == 1;
}

template <typename T>
std::vector<T> read_attribute_values(hid_t object, const std::string& name) {
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle found(H5Aget_type(attribute), H5Tclose),
      type = hdf5_type<T>(), space(H5Aget_space(attribute), H5Sclose);
  require_type<T>(found, "attribute " + name);
  return read_elements<T>(type, space,
                          [&](void* buffer) { return H5Aread(attribute, type, buffer); });
}

template <typename T>
T read_attribute(hid_t object, const std::string& name) {
  auto values = read_attribute_values<T>(object, name);
  require(values.size() == 1, "attribute " + name + " is not one value");
  return std::move(values.front());
}

/// All elements of a dataset of any shape, in row-major order; `file_bytes` bounds them.
template <typename T>
std::vector<T> read_dataset(hid_t dataset, const std::string& name, std::uint64_t file_bytes) {
  require_plain(dataset, name);
  const Hdf5Handle found(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose),
      type = hdf5_type<T>();
  require_type<T>(found, name);
  const auto elements = static_cast<std::uint64_t>(check_hdf5(H5Sget_simple_extent_npoints(space)));
  require(elements <= file_bytes / H5Tget_size(type),
          name + " declares more elements than the file can hold");
  if constexpr (std::is_same_v<T, std::string>) {
    hsize_t text_bytes = 0;
    check_hdf5(H5Dvlen_get_buf_size(dataset, type, space, &text_bytes));
    require(text_bytes <= file_bytes, name + " has more text than the file can hold");
  }
  return read_elements<T>(type, space, [&](void* buffer) {
    return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
  });
}

}  // namespace stockpot::io
