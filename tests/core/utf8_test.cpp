// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace stockpot;

namespace {

std::vector<char32_t> decode_all(std::string_view bytes) {
  std::vector<char32_t> result;
  while (!bytes.empty()) {
    const Decoded next = decode_utf8(bytes);
    result.push_back(next.code_point);
    bytes.remove_prefix(next.bytes);
  }
  return result;
}

constexpr char32_t kBad = kReplacementCharacter;

}  // namespace

TEST(Utf8, ReplacesEachMaximalSubpart) {  // Unicode 15.0, table 3-8 to 3-11; Python's
                                          // bytes.decode(errors="replace") agrees
  EXPECT_EQ(decode_all("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            (std::vector<char32_t>{kBad, kBad, kBad, kBad, kBad, kBad, kBad, kBad, 0x41}));
  EXPECT_EQ(decode_all("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
            (std::vector<char32_t>{kBad, kBad, kBad, kBad, kBad, kBad, kBad, kBad, 0x41}));
  EXPECT_EQ(decode_all("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            (std::vector<char32_t>{kBad, kBad, kBad, kBad, kBad, 0x41, kBad, kBad, 0x42}));
  EXPECT_EQ(decode_all("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"),
            (std::vector<char32_t>{kBad, kBad, kBad, kBad, 0x41}));
}

TEST(Utf8, ReadsBackWhatItWroteForEveryCodePoint) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    char text[4];
    const unsigned length = encode_utf8(c, text);
    const Decoded read = decode_utf8({text, length});
    ASSERT_TRUE(read.valid && read.code_point == c && read.bytes == length)
        << "U+" << std::hex << static_cast<unsigned>(c);
  }
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(find_invalid_utf8("plain text of more than eight bytes"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("caf\xC3\xA9 and more text, \xF0\x9F\x98\x80"),
            std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("twelve bytes\xC3"), 12U);
  EXPECT_EQ(find_invalid_utf8("\xC3\xA9\xED\xA0\x80"), 2U);
}
