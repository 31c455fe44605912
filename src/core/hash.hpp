// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace stockpot {

inline constexpr std::uint64_t kEmptyHash = 0xCBF29CE484222325ULL;

/// FNV-1a of 64 bits over `bytes`, continuing from `hash`: to tell values apart, not to keep
/// secrets. source: Fowler, Noll, Vo; offset basis and prime of draft-eastlake-fnv
inline std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t hash = kEmptyHash) {
  for (const std::byte byte : bytes)
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001B3ULL;
  return hash;
}

}  // namespace stockpot
