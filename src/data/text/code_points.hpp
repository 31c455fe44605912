// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace stockpot::data {

/// What the reference tokenizers (Hugging Face `tokenizers`) take a code point for; a set of these
/// bits. source: tests/golden/make_code_points.py, which asks the reference about every code point.
enum CodePointClass : std::uint8_t {
  kControl = 1,       ///< dropped by BERT
  kSpace = 2,         ///< parts words
  kIdeograph = 4,     ///< a word of its own for BERT
  kMark = 8,          ///< an accent, stripped by uncased BERT
  kPunctuation = 16,  ///< a word of its own for BERT
  kLetter = 32,       ///< for CLIP's pattern
  kNumber = 64,       ///< for CLIP's pattern
  kComposes = 128,    ///< takes part in canonical decomposition, composition or reordering
};
std::uint8_t classes_of(char32_t code_point);

/// Append the lower case of `code_point`: one code point, but two for U+0130.
void append_lower_case(char32_t code_point, std::vector<std::int32_t>& to);

/// Replace `text` by its canonical decomposition (NFD) or composition (NFC), by utf8proc.
///
/// Code points without kComposes stay as they are and nothing moves over them: the reference's
/// tables are older than utf8proc's.
void decompose(std::vector<std::int32_t>& text);
void compose(std::vector<std::int32_t>& text);

}  // namespace stockpot::data
