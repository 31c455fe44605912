// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace stockpot {
namespace {

/// What a lead byte promises: bytes that follow, and the range of the first of them (the others
/// are 80..BF).
struct Lead {
  unsigned follow;
  unsigned char low, high;
};

Lead lead(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Decoded decode_utf8(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first < 0x80) return {first, 1, true};
  const Lead promise = lead(first);
  char32_t code_point = first & (0x3Fu >> promise.follow);
  for (unsigned i = 1; i <= promise.follow; ++i) {
    if (i == bytes.size()) return {kReplacementCharacter, i, false};
    const auto next = static_cast<unsigned char>(bytes[i]);
    const bool fits = i == 1 ? next >= promise.low && next <= promise.high : (next & 0xC0) == 0x80;
    if (!fits) return {kReplacementCharacter, i, false};
    code_point = code_point << 6 | (next & 0x3F);
  }
  if (promise.follow == 0) return {kReplacementCharacter, 1, false};
  return {code_point, promise.follow + 1, true};
}

unsigned encode_utf8(char32_t code_point, char* to) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) {
    to[0] = static_cast<char>(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    to[0] = static_cast<char>(0xC0 | code_point >> 6);
    to[1] = tail(0);
    return 2;
  }
  if (code_point < 0x10000) {
    to[0] = static_cast<char>(0xE0 | code_point >> 12);
    to[1] = tail(6);
    to[2] = tail(0);
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | code_point >> 18);
  to[1] = tail(12);
  to[2] = tail(6);
  to[3] = tail(0);
  return 4;
}

std::size_t find_invalid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint64_t eight = 0;
    while (at + sizeof eight <= bytes.size()) {
      std::memcpy(&eight, bytes.data() + at, sizeof eight);
      if (eight & 0x8080808080808080u) break;
      at += sizeof eight;
    }
    if (at == bytes.size()) break;
    const Decoded next = decode_utf8(bytes.substr(at));
    if (!next.valid) return at;
    at += next.bytes;
  }
  return std::string_view::npos;
}

}  // namespace stockpot
