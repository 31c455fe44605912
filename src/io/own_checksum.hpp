// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stockpot::io {

/// What stands under `crc32` in the metadata of a safetensors file until its checksum is put there.
inline constexpr std::string_view kNoChecksum = "00000000";

/// Put the CRC-32 of all of `bytes`, a safetensors file with {"crc32": kNoChecksum}, in its place.
/// throws LogicError where there is none
void put_own_checksum(std::span<std::byte> bytes);

/// Whether `found`, the metadata crc32 of a safetensors file, is the CRC-32 of its bytes with
/// kNoChecksum in that place.
bool own_checksum_fits(std::span<const std::byte> bytes, std::string_view found);

}  // namespace stockpot::io
