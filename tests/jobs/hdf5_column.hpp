// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hdf5.h>

#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

namespace stockpot::test {

/// All numbers of a dataset, by HDF5's own reader; empty: there is no such dataset.
template <typename T>
std::vector<T> read_column(const std::filesystem::path& path, const std::string& name) {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, std::int64_t>);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  std::vector<T> values;
  if (file >= 0 && H5Lexists(file, name.c_str(), H5P_DEFAULT) > 0) {
    const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT), space = H5Dget_space(dataset);
    values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Dread(dataset, std::is_same_v<T, float> ? H5T_NATIVE_FLOAT : H5T_NATIVE_INT64, H5S_ALL,
            H5S_ALL, H5P_DEFAULT, values.data());
    H5Sclose(space);
    H5Dclose(dataset);
  }
  if (file >= 0) H5Fclose(file);
  return values;
}

}  // namespace stockpot::test
