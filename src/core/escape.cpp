// SPDX-License-Identifier: Apache-2.0
#include "core/escape.hpp"

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace stockpot {
namespace {

/// Bytes of the printable character that `text` begins with; 0: it begins with none.
std::size_t printable_length(std::string_view text) {
  const Decoded character = decode_utf8(text);
  const char32_t c = character.code_point;
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  return character.valid && !control ? character.bytes : 0;
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
