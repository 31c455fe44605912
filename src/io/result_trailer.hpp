// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace stockpot::io {

/// The line behind the HDF5 content of a result file: its CRC-32. HDF5 ignores it; we compare it
/// before HDF5 sees the file.
inline constexpr std::size_t kTrailerBytes = sizeof("\nstockpot-crc32 00000000\n") - 1;

std::string result_trailer(std::span<const std::byte> content);

}  // namespace stockpot::io
