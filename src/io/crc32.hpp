// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace stockpot::io {

/// CRC-32 (ISO 3309, as zlib and gzip) of `bytes`, continuing from `so_far`: finds damage, hides
/// nothing.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t so_far = 0);

}  // namespace stockpot::io
