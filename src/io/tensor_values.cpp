// SPDX-License-Identifier: Apache-2.0
#include "io/tensor_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/error.hpp"

namespace stockpot::io {

static_assert(std::endian::native == std::endian::little,
              "safetensors are read and written as they lie in memory");

namespace {

struct DtypeFacts {
  std::string_view name;
  std::size_t size;
  bool floating;
};

/// Indexed by Dtype.
constexpr std::array<DtypeFacts, 10> kDtypes{{{"BOOL", 1, false},
                                              {"U8", 1, false},
                                              {"I8", 1, false},
                                              {"I16", 2, false},
                                              {"F16", 2, true},
                                              {"BF16", 2, true},
                                              {"I32", 4, false},
                                              {"F32", 4, true},
                                              {"F64", 8, true},
                                              {"I64", 8, false}}};

const DtypeFacts& facts(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)]; }

template <typename Word>
Word load(const std::byte* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Branch-free, so that it vectorises. source: F. Giesen, "half_to_float_fast2" (public domain),
/// https://gist.github.com/rygorous/2144712
float from_f16(std::uint16_t half) {
  constexpr std::uint32_t kExponent = 0x7c00u << 13;
  constexpr float kSmallestNormal = std::bit_cast<float>(113u << 23);
  const std::uint32_t magnitude = (half & 0x7fffu) << 13;
  const std::uint32_t exponent = magnitude & kExponent;
  const std::uint32_t normal = magnitude + (112u << 23);
  const std::uint32_t infinite = magnitude + (224u << 23);
  const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(
      std::bit_cast<float>(magnitude + (113u << 23)) - kSmallestNormal);
  const std::uint32_t bits = exponent == kExponent ? infinite : exponent == 0 ? subnormal : normal;
  return std::bit_cast<float>(bits | (half & 0x8000u) << 16);
}

template <typename Word>
std::int64_t count_zero_words(std::span<const std::byte> bytes, Word sign) {
  std::int64_t zeros = 0;
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word))
    zeros += static_cast<Word>(load<Word>(bytes.data() + i) & ~sign) == 0;
  return zeros;
}

}  // namespace

std::string_view name_of(Dtype dtype) { return facts(dtype).name; }
std::size_t size_of(Dtype dtype) { return facts(dtype).size; }
bool is_floating(Dtype dtype) { return facts(dtype).floating; }

std::optional<Dtype> dtype_named(std::string_view name) {
  const auto found = std::find_if(kDtypes.begin(), kDtypes.end(),
                                  [&](const DtypeFacts& dtype) { return dtype.name == name; });
  if (found == kDtypes.end()) return std::nullopt;
  return static_cast<Dtype>(found - kDtypes.begin());
}

void widen(Dtype dtype, std::span<const std::byte> bytes, std::span<float> values) {
  expect(bytes.size() == values.size() * size_of(dtype), "as many values as elements");
  if (values.empty()) return;
  const std::byte* from = bytes.data();
  if (dtype == Dtype::f32) {
    std::memcpy(values.data(), from, bytes.size());
  } else if (dtype == Dtype::f16) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = from_f16(load<std::uint16_t>(from + 2 * i));
  } else if (dtype == Dtype::bf16) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = from_bf16(load<std::uint16_t>(from + 2 * i));
  } else {
    throw LogicError("weights are widened from F32, F16 or BF16, not from " +
                     std::string(name_of(dtype)));
  }
}

std::optional<std::size_t> first_not_finite(std::span<const float> values) {
  constexpr std::size_t kBlock = 4096;
  const auto not_finite = [](float value) {
    return (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) == 0x7f800000u;
  };
  for (std::size_t begin = 0; begin < values.size(); begin += kBlock) {
    const auto block = values.subspan(begin, std::min(kBlock, values.size() - begin));
    unsigned found = 0;
    for (const float value : block) found |= not_finite(value);
    if (found)
      return begin + static_cast<std::size_t>(std::find_if(block.begin(), block.end(), not_finite) -
                                              block.begin());
  }
  return std::nullopt;
}

std::int64_t count_zeros(Dtype dtype, std::span<const std::byte> bytes) {
  const bool floating = is_floating(dtype);
  switch (size_of(dtype)) {
    case 1:
      return count_zero_words<std::uint8_t>(bytes, 0);
    case 2:
      return count_zero_words<std::uint16_t>(bytes, floating ? 0x8000 : 0);
    case 4:
      return count_zero_words<std::uint32_t>(bytes, floating ? 0x80000000u : 0);
    default:
      return count_zero_words<std::uint64_t>(bytes, floating ? std::uint64_t{1} << 63 : 0);
  }
}

}  // namespace stockpot::io
