// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace stockpot {

constexpr char32_t kReplacementCharacter = 0xFFFD;

/// One code point read from bytes, and how many of them it took.
struct Decoded {
  char32_t code_point;
  unsigned bytes;
  bool valid;  ///< false: the bytes are no UTF-8 and stand for U+FFFD
};

/// Read the code point at the beginning of `bytes` (not empty).
///
/// Invalid bytes become U+FFFD, one for each maximal subpart of a well-formed sequence, as Python's
/// `bytes.decode("utf-8", "replace")` does. source: Unicode 15.0, section 3.9, table 3-7 and
/// "U+FFFD Substitution of Maximal Subparts"
Decoded decode_utf8(std::string_view bytes);

/// Write `code_point` to `to` (4 bytes of room) and return the number of bytes.
unsigned encode_utf8(char32_t code_point, char* to);

/// Position of the first byte that is not UTF-8; npos if there is none.
std::size_t find_invalid_utf8(std::string_view bytes);

}  // namespace stockpot
