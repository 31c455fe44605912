// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>

#include "kernels/host_device.hpp"

namespace stockpot::kernels {

/// What makes a score large.
enum class Ranking {
  magnitude,  ///< its distance from 0
  value,      ///< its place on the line, the sign included; -0 and +0 are one place
};

/// The bits of a float without its sign: its magnitude as an integer, monotone for finite numbers.
constexpr std::uint32_t kMagnitudeBits = 0x7fffffff;

/// The least of all keys.
STOCKPOT_HOST_DEVICE constexpr std::int32_t lowest_key(Ranking ranking) {
  return ranking == Ranking::magnitude ? 0 : -0x7fffffff;
}

/// The number of bits that tell the keys of a ranking apart, counted from the lowest key on.
constexpr int key_bits(Ranking ranking) { return ranking == Ranking::magnitude ? 31 : 32; }

/// An integer that orders the finite floats, given by their bits, as `ranking` does; equal for
/// equal scores.
STOCKPOT_HOST_DEVICE constexpr std::int32_t rank_key(std::uint32_t bits, Ranking ranking) {
  const auto magnitude = static_cast<std::int32_t>(bits & kMagnitudeBits);
  return ranking == Ranking::value && bits > kMagnitudeBits ? -magnitude : magnitude;
}

constexpr std::int32_t rank_key(float score, Ranking ranking) {
  return rank_key(std::bit_cast<std::uint32_t>(score), ranking);
}

}  // namespace stockpot::kernels
