// SPDX-License-Identifier: Apache-2.0
#include "core/escape.hpp"

#include <fmt/format.h>

namespace stockpot {
namespace {

/// Bytes of the UTF-8 sequence that `lead` begins, by Unicode 15, table 3-7; 0: it begins none.
std::size_t length_by(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Whether the second byte keeps the sequence from being too long, a surrogate or past U+10FFFF
/// (same table), or a control character of U+0080 to U+009F.
bool second_fits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xC2:
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

/// Bytes of the printable character that `text` begins with; 0: it begins with none.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  const auto length = length_by(lead);
  if (length == 1) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  if (length == 0 || length > text.size() || !second_fits(lead, byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  return length;
}

std::string escaped_but(std::string_view text, std::string_view allowed) {
  std::string safe;
  while (!text.empty()) {
    auto length = printable_length(text);
    if (length == 0 && allowed.find(text[0]) != std::string_view::npos) length = 1;
    if (length == 0) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      length = 1;
    } else {
      safe += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return safe;
}

}  // namespace

std::string escaped(std::string_view text) { return escaped_but(text, ""); }

std::string escaped_lines(std::string_view text) { return escaped_but(text, "\n"); }

}  // namespace stockpot
