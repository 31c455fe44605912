// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_types.hpp"

namespace stockpot::io {

/// A new HDF5 file in memory, without times of creation, so that equal content gives equal bytes.
Hdf5Handle create_memory_file();

/// Put the file down at `path` by an AtomicFile, with its checksum behind it. throws IoError
void write_memory_file(const std::filesystem::path& path, hid_t file);

Hdf5Handle create_group(hid_t parent, const std::string& name);

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
  const Hdf5Handle attribute(
      H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const Hdf5Element<T> written = element(value);
  check_hdf5(H5Awrite(attribute, type, &written));
}

/// A dataset of `shape`, whose elements `values` are in row-major order, with what they mean beside
/// it.
template <typename T>
Hdf5Handle write_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& shape,
                         std::span<const Hdf5Element<T>> values, const std::string& units,
                         const std::string& description) {
  const Hdf5Handle type = hdf5_type<T>();
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                         H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  Hdf5Handle dataset(
      H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
  if (!values.empty())
    check_hdf5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  write_attribute(dataset, "units", units);
  write_attribute(dataset, "description", description);
  return dataset;
}

}  // namespace stockpot::io
