// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hdf5.h>

#include <cstdint>
#include <string>
#include <type_traits>

#include "io/hdf5_handle.hpp"

namespace stockpot::io {

/// What lies in HDF5's buffer for a value of type T: text by pointer, a truth value as a byte,
/// numbers as they are.
template <typename T>
using Hdf5Element = std::conditional_t<std::is_same_v<T, std::string>, const char*,
                                       std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>>;

/// The one HDF5 type of T, in the file and in memory (both little-endian): 64-bit numbers, float,
/// bytes, variable-length UTF-8 text, and for bool the enum {FALSE, TRUE} that h5py reads as bool.
template <typename T>
Hdf5Handle hdf5_type() {
  if constexpr (std::is_same_v<T, std::string>) {
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    check_hdf5(H5Tset_size(type, H5T_VARIABLE));
    check_hdf5(H5Tset_cset(type, H5T_CSET_UTF8));
    return type;
  } else if constexpr (std::is_same_v<T, bool>) {
    Hdf5Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
    const std::int8_t no = 0, yes = 1;
    check_hdf5(H5Tenum_insert(type, "FALSE", &no));
    check_hdf5(H5Tenum_insert(type, "TRUE", &yes));
    return type;
  } else if constexpr (std::is_same_v<T, double>) {
    return Hdf5Handle(H5Tcopy(H5T_IEEE_F64LE), H5Tclose);
  } else if constexpr (std::is_same_v<T, float>) {
    return Hdf5Handle(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return Hdf5Handle(H5Tcopy(H5T_STD_U64LE), H5Tclose);
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    return Hdf5Handle(H5Tcopy(H5T_STD_U8LE), H5Tclose);
  } else {
    static_assert(std::is_same_v<T, std::int64_t>);
    return Hdf5Handle(H5Tcopy(H5T_STD_I64LE), H5Tclose);
  }
}

/// Files live in memory only: growing by 1 MiB, never written back. The oldest format that holds
/// what we write, because HDF5 1.10.8 gives images of files of format 1.8 and later a superblock
/// whose checksum is wrong.
inline Hdf5Handle memory_file_access() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  check_hdf5(H5Pset_fapl_core(access, std::size_t{1} << 20, false));
  check_hdf5(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110));
  return access;
}

}  // namespace stockpot::io
