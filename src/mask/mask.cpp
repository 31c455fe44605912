// SPDX-License-Identifier: Apache-2.0
#include "mask/mask.hpp"

#include <algorithm>
#include <bit>
#include <functional>

#include "core/error.hpp"
#include "core/index.hpp"
#include "kernels/select.hpp"

namespace stockpot::mask {
namespace {

/// The bits of one word at and above `bit` (0 .. 64).
constexpr std::uint64_t bits_from(std::int64_t bit) {
  return bit >= 64 ? 0 : ~std::uint64_t{0} << bit;
}

/// Set `a[i] = combine(a[i], b[i])` for every word.
template <typename Combine>
void combine_words(Mask& a, const Mask& b, Combine combine) {
  expect(a.size() == b.size(), "masks of different sizes were combined");
  std::ranges::transform(a.words(), b.words(), a.words().begin(), combine);
}

}  // namespace

Mask::Mask(std::int64_t size) : size_(size) {
  expect(size >= 0, "a mask has a negative size");
  words_.resize(kernels::words_for(static_cast<std::size_t>(size)));
}

Mask Mask::none(std::int64_t size) { return Mask(size); }

Mask Mask::all(std::int64_t size) {
  Mask mask(size);
  std::ranges::fill(mask.words_, ~std::uint64_t{0});
  if (size % 64 != 0) mask.words_.back() = ~bits_from(size % 64);
  return mask;
}

void Mask::set(std::int64_t i, bool kept) {
  const std::uint64_t bit = std::uint64_t{1} << (i % 64);
  std::uint64_t& word = at(words_, i / 64);
  word = kept ? word | bit : word & ~bit;
}

std::int64_t Mask::kept() const { return kernels::count_ones(words_); }

std::int64_t Mask::kept_in(std::int64_t begin, std::int64_t end) const {
  expect(0 <= begin && begin <= end && end <= size_, "a range of weights lies outside the mask");
  if (begin == end) return 0;
  const auto first = static_cast<std::size_t>(begin / 64),
             last = static_cast<std::size_t>((end - 1) / 64);
  const std::uint64_t below_first = ~bits_from(begin % 64),
                      above_last = bits_from((end - 1) % 64 + 1);
  return kernels::count_ones(std::span(words_).subspan(first, last - first + 1)) -
         std::popcount(words_[first] & below_first) - std::popcount(words_[last] & above_last);
}

void Mask::unite(const Mask& other) { combine_words(*this, other, std::bit_or{}); }
void Mask::intersect(const Mask& other) { combine_words(*this, other, std::bit_and{}); }
void Mask::subtract(const Mask& other) {
  combine_words(*this, other, [](std::uint64_t a, std::uint64_t b) { return a & ~b; });
}

std::int64_t Mask::distance(const Mask& other) const {
  expect(size_ == other.size_, "masks of different sizes were compared");
  std::int64_t differing = 0;
  for (std::size_t i = 0; i < words_.size(); ++i)
    differing += std::popcount(words_[i] ^ other.words_[i]);
  return differing;
}

bool Mask::is_subset_of(const Mask& other) const {
  expect(size_ == other.size_, "masks of different sizes were compared");
  for (std::size_t i = 0; i < words_.size(); ++i)
    if ((words_[i] & ~other.words_[i]) != 0) return false;
  return true;
}

std::vector<std::uint8_t> pack_big_endian(const Mask& mask, std::int64_t begin, std::int64_t end) {
  expect(0 <= begin && begin <= end && end <= mask.size(),
         "a range of weights lies outside the mask");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>((end - begin + 7) / 8));
  for (std::int64_t i = begin; i < end; ++i)
    if (mask[i]) at(bytes, (i - begin) / 8) |= static_cast<std::uint8_t>(0x80 >> ((i - begin) % 8));
  return bytes;
}

void unpack_big_endian(std::span<const std::uint8_t> bytes, std::int64_t begin, std::int64_t end,
                       Mask& mask) {
  expect(0 <= begin && begin <= end && end <= mask.size() &&
             std::ssize(bytes) == (end - begin + 7) / 8,
         "packed bits do not fit their range of weights");
  for (std::int64_t i = begin; i < end; ++i)
    mask.set(i, (at(bytes, (i - begin) / 8) >> (7 - (i - begin) % 8) & 1) != 0);
}

}  // namespace stockpot::mask
