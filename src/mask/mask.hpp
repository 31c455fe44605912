// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.hpp"

namespace stockpot::mask {

/// Which prunable weights are kept: bit i stands for prunable weight i of the arena (canonical
/// order), 1 = kept.
///
/// Example:
///     Mask mine = Mask::none(100), theirs = Mask::none(100);
///     for (const std::int64_t i : {3, 70}) mine.set(i, true);
///     for (const std::int64_t i : {70, 99}) theirs.set(i, true);
///     mine.unite(theirs);
///     EXPECT_EQ(mine.kept(), 3);
///     EXPECT_EQ(mine.kept_in(64, 100), 2);
class Mask {
 public:
  /// All of `size` weights kept, or none.
  static Mask all(std::int64_t size);
  static Mask none(std::int64_t size);

  std::int64_t size() const { return size_; }
  bool operator[](std::int64_t i) const { return at(words_, i / 64) >> (i % 64) & 1; }
  void set(std::int64_t i, bool kept);

  /// Number of kept weights, counted from the bits.
  std::int64_t kept() const;
  double sparsity() const {
    return size_ == 0 ? 0.0 : 1.0 - static_cast<double>(kept()) / static_cast<double>(size_);
  }
  /// Kept weights among [begin, end).
  std::int64_t kept_in(std::int64_t begin, std::int64_t end) const;

  /// Keep what either keeps / what both keep / what this keeps and `other` does not. Sizes must be
  /// equal.
  void unite(const Mask& other);
  void intersect(const Mask& other);
  void subtract(const Mask& other);

  /// Number of weights on which two masks differ.
  std::int64_t distance(const Mask& other) const;
  bool is_subset_of(const Mask& other) const;
  bool operator==(const Mask&) const = default;

  /// Packed words, 64 weights each; bits beyond `size` are 0 and must stay so.
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }

 private:
  explicit Mask(std::int64_t size);
  std::int64_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

/// Weights [begin, end) of a mask as on disk: 8 weights per byte, the first in the highest bit
/// (`np.unpackbits` order).
std::vector<std::uint8_t> pack_big_endian(const Mask& mask, std::int64_t begin, std::int64_t end);

/// Set the bits [begin, end) of `mask` as they are packed in `bytes`. throws LogicError where their
/// number does not fit
void unpack_big_endian(std::span<const std::uint8_t> bytes, std::int64_t begin, std::int64_t end,
                       Mask& mask);

}  // namespace stockpot::mask
