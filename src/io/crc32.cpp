// SPDX-License-Identifier: Apache-2.0
#include "io/crc32.hpp"

#include <zlib.h>

namespace stockpot::io {

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t so_far) {
  if (bytes.empty()) return so_far;  // zlib takes no data for a new beginning
  return static_cast<std::uint32_t>(
      ::crc32_z(so_far, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace stockpot::io
