// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace stockpot::test {

/// The bytes of image `seed` of tests/golden/make_resize.py.
inline std::vector<std::uint8_t> golden_pixels(std::uint64_t seed, std::int64_t count) {
  std::uint64_t state = seed;
  std::vector<std::uint8_t> out(static_cast<std::size_t>(count));
  for (auto& byte : out) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<std::uint8_t>(state >> 56);
    if (seed % 4 == 0) byte = (byte & 0x80) != 0 ? 255 : 0;
  }
  return out;
}

}  // namespace stockpot::test
