// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "io/run_result.hpp"

namespace stockpot::io {

/// Write `result` as result.h5 (docs/result_format.md). Built in memory and put down by an
/// AtomicFile, so it is whole or absent; equal results give equal bytes outside /provenance. throws
/// IoError
void write_result(const std::filesystem::path& path, const RunResult& result);

/// Read back a file of write_result. The checksum is compared before HDF5 sees the file, links and
/// datasets that we never write are refused, and masks are recounted from their bits. throws
/// DataError naming the file and what is wrong with it
RunResult read_result(const std::filesystem::path& path);

/// Whether a file that begins with `bytes` is HDF5.
bool looks_like_hdf5(std::span<const std::byte> bytes);

/// Number of set bits.
std::int64_t count_kept(std::span<const std::uint8_t> bits);

/// Version of the HDF5 library, for /provenance.
Provenance hdf5_provenance();

}  // namespace stockpot::io
