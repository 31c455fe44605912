// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include "core/error.hpp"

namespace stockpot {
namespace {

constexpr unsigned kFeistelRounds = 6;

/// Mixes (seed, purpose) into a Philox key (SplitMix64's finaliser).
std::array<std::uint32_t, 2> make_key(std::uint64_t seed, Purpose purpose) {
  std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * (static_cast<std::uint64_t>(purpose) + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return {static_cast<std::uint32_t>(z), static_cast<std::uint32_t>(z >> 32)};
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c,
                                        std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ULL * c[0];
    const std::uint64_t p1 = 0xCD9E8D57ULL * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += 0x9E3779B9U;
    k[1] += 0xBB67AE85U;
  }
  return c;
}

std::array<std::uint32_t, 2> philox_key(std::uint64_t seed, Purpose purpose, std::uint32_t stream) {
  const auto block = philox4x32({stream, 0, 0, 0}, make_key(seed, purpose));
  return {block[0], block[1]};
}

std::uint32_t round_and_denoiser(std::uint32_t round, std::uint32_t denoiser) {
  expect(round < (1U << 16) && denoiser < (1U << 16),
         "random stream: round and denoiser must be below 65536");
  return round << 16 | denoiser;
}

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, StreamPosition p)
    : key_(make_key(seed, purpose)),
      counter_{0, p.sample, p.step, round_and_denoiser(p.round, p.denoiser)} {}

std::uint32_t RandomStream::bits() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double RandomStream::uniform() {
  const std::uint64_t high = bits() >> 5;
  const std::uint64_t low = bits() >> 6;
  return static_cast<double>(high << 26 | low) * 0x1.0p-53;
}

double RandomStream::normal() {
  const double u = 1.0 - uniform();  // in (0, 1]
  const double v = uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

double RandomStream::truncated_normal(double bound) {
  for (;;) {
    const double x = normal();
    if (std::abs(x) <= bound) return x;
  }
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  expect(n >= 1, "RandomStream::below needs n >= 1");
  const std::uint64_t limit = n * (UINT64_MAX / n);
  for (;;) {
    const std::uint64_t high = bits();
    const std::uint64_t x = high << 32 | bits();
    if (x < limit) return x % n;
  }
}

KeyedPermutation::KeyedPermutation(std::uint64_t size, std::uint64_t seed, Purpose purpose,
                                   std::uint32_t round, std::uint32_t denoiser)
    : size_(size), key_(make_key(seed, purpose)), round_(round), denoiser_(denoiser) {
  expect(size >= 1 && size < (1ULL << 32), "KeyedPermutation needs a size in [1, 2^32)");
  const unsigned bits = size == 1 ? 1 : static_cast<unsigned>(std::bit_width(size - 1));
  half_bits_ = (bits + 1) / 2;
}

std::uint64_t KeyedPermutation::operator()(std::uint64_t i) const {
  expect(i < size_, "KeyedPermutation: index beyond the size");
  const std::uint32_t half_mask = (1U << half_bits_) - 1;
  const std::uint32_t where = round_and_denoiser(round_, denoiser_);
  do {  // cycle walking: the network permutes [0, 4^half_bits), leave what falls outside
    std::uint32_t left = static_cast<std::uint32_t>(i >> half_bits_);
    std::uint32_t right = static_cast<std::uint32_t>(i) & half_mask;
    for (std::uint32_t r = 0; r < kFeistelRounds; ++r) {
      const std::uint32_t mixed =
          left ^ (philox4x32({right, r, 0x5065726DU, where}, key_)[0] & half_mask);
      left = right;
      right = mixed;
    }
    i = static_cast<std::uint64_t>(left) << half_bits_ | right;
  } while (i >= size_);
  return i;
}

}  // namespace stockpot
