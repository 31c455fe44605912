// MD5 as RFC 1321 has it: the message in blocks of 64 bytes, the last ones filled up with 0x80, zeros and the length in bits; each block
// goes through 64 steps, of which sixteen at a time share a function, an order of the words and four rotations.
#include "core/md5.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace stockpot {
namespace {

using State = std::array<std::uint32_t, 4>;
constexpr std::size_t kBlock = 64;

/// floor(2^32 |sin(i + 1)|), exact in a double.
std::array<std::uint32_t, 64> sines() {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint32_t>(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0);
  return table;
}

void take_block(State& state, const std::uint8_t* block) {
  static const auto kSines = sines();
  static constexpr int kRotations[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  static_assert(std::endian::native == std::endian::little, "words are read as they lie");
  std::array<std::uint32_t, 16> words{};
  std::memcpy(words.data(), block, kBlock);
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t mixed = 0;
    std::size_t word = i;
    switch (i / 16) {
      case 0: mixed = (b & c) | (~b & d); break;
      case 1: mixed = (d & b) | (~d & c), word = 5 * i + 1; break;
      case 2: mixed = b ^ c ^ d, word = 3 * i + 5; break;
      default: mixed = c ^ (b | ~d), word = 7 * i;
    }
    const std::uint32_t sum = a + mixed + kSines[i] + words[word % 16];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kRotations[i / 16][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

std::string md5(std::span<const std::uint8_t> bytes) {
  State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  const std::uint64_t bits = std::uint64_t{8} * bytes.size();
  for (; bytes.size() >= kBlock; bytes = bytes.subspan(kBlock)) take_block(state, bytes.data());
  std::array<std::uint8_t, 2 * kBlock> rest{};
  if (!bytes.empty()) std::memcpy(rest.data(), bytes.data(), bytes.size());
  rest[bytes.size()] = 0x80;
  const std::size_t end = bytes.size() < kBlock - 8 ? kBlock : 2 * kBlock;
  std::memcpy(rest.data() + end - 8, &bits, 8);
  for (std::size_t at = 0; at < end; at += kBlock) take_block(state, rest.data() + at);
  std::string text;
  for (const std::uint32_t word : state)
    for (int shift = 0; shift < 32; shift += 4) text += "0123456789abcdef"[word >> (shift ^ 4) & 15];
  return text;
}

}  // namespace stockpot
