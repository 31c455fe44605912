// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

namespace stockpot {

/// What a random number is for: streams of different purposes never meet, so adding one moves no
/// other. The numbers are part of the file format of results: append, never renumber.
enum class Purpose : std::uint32_t {
  initial_weights = 1,
  validation_split = 2,
  data_limit = 3,
  data_order = 4,
  augmentation = 5,
  denoiser_protocol = 6,
  denoiser_data = 7,
  random_score = 8,
  score_data = 9,
  dropout = 10,
  initial_head = 11,
  test_split = 12,
  soup_protocol = 13,
  soup_member = 14,
};

/// One block of Philox4x32-10: 128 bits that depend on (key, counter) only.
/// source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The key of stream `stream` of (seed, purpose), for loops that draw blocks of philox4x32 by
/// counters of their own. A purpose is drawn by such keys or by RandomStream, not by both.
std::array<std::uint32_t, 2> philox_key(std::uint64_t seed, Purpose purpose, std::uint32_t stream);

/// Round and denoiser in the one counter word that they share, 16 bits each. throws LogicError
std::uint32_t round_and_denoiser(std::uint32_t round, std::uint32_t denoiser);

/// Where in a run a random number is drawn. Unused coordinates stay 0.
struct StreamPosition {
  std::uint32_t round = 0;     ///< pruning round, or epoch
  std::uint32_t denoiser = 0;  ///< denoiser (below 2^16), or tensor number
  std::uint32_t step = 0;      ///< optimizer step inside the phase
  std::uint32_t sample = 0;    ///< position in the official data file, or element
};

/// A random stream keyed by (seed, purpose, position): no state but a counter, so nothing depends
/// on ranks, threads or order.
///
/// The transforms are our own, because the output of `std::*_distribution` is not fixed by the
/// standard.
///
/// Example:
///     RandomStream crop(7, Purpose::augmentation, {.round = 2, .sample = 41});  // seed 7, epoch 2
///     const bool mirrored = crop.uniform() < 0.5;
///     const std::uint64_t columns = crop.below(9);
///     RandomStream again(7, Purpose::augmentation, {.round = 2, .sample = 41});  // on any rank
///     EXPECT_EQ(again.uniform() < 0.5, mirrored);
///     EXPECT_EQ(again.below(9), columns);
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, StreamPosition position = {});

  /// Next 32 random bits.
  std::uint32_t bits();

  /// Next number in [0, 1), a multiple of 2^-53.
  double uniform();

  /// Next number in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Next standard normal number (Box-Muller, one per call).
  double normal();

  /// Next standard normal number of absolute value at most `bound` (by rejection).
  double truncated_normal(double bound);

  /// Next integer in [0, n), without bias; n >= 1.
  std::uint64_t below(std::uint64_t n);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

/// A permutation of 0 .. size-1 that is computed, not stored: a keyed Feistel network with cycle
/// walking.
///
/// Order of a data epoch, choice of a subset (the first n images) and validation split all come
/// from it; its whole state is the key.
///
/// Example:
///     const KeyedPermutation order(60'000, 7, Purpose::data_order, 2);  // of epoch 2
///     std::vector<std::uint64_t> batch;
///     for (std::uint64_t i = 0; i < 64; ++i) batch.push_back(order(i));  // its first 64 samples
///     EXPECT_LT(batch.back(), order.size());
class KeyedPermutation {
 public:
  /// size in [1, 2^32).
  KeyedPermutation(std::uint64_t size, std::uint64_t seed, Purpose purpose, std::uint32_t round = 0,
                   std::uint32_t denoiser = 0);

  /// Image of `i`, in [0, size); i < size.
  std::uint64_t operator()(std::uint64_t i) const;

  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t size_;
  unsigned half_bits_;
  std::array<std::uint32_t, 2> key_;
  std::uint32_t round_, denoiser_;
};

}  // namespace stockpot
