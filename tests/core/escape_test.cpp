// SPDX-License-Identifier: Apache-2.0
#include "core/escape.hpp"

#include <gtest/gtest.h>

using stockpot::escaped;
using stockpot::escaped_lines;

TEST(Escape, LeavesPrintableTextOfAnyScriptAlone) {
  for (const char* text : {"", "a b~", "Gr\u00f6\u00dfe", "\u65e5\u672c", "\U0001F600", "\\x1b"})
    EXPECT_EQ(escaped(text), text);
}

TEST(Escape, ShowsControlCharactersAsBytes) {
  EXPECT_EQ(escaped("a\x1b[2J\n\t\x7f"), "a\\x1b[2J\\x0a\\x09\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "1m"),
            "\\xc2\\x9b1m");  // U+009B begins a sequence, too
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a\\x00b");
}

TEST(Escape, ShowsBrokenUtf8AsBytes) {
  EXPECT_EQ(escaped("\xff"), "\\xff");
  EXPECT_EQ(escaped("a\xc3"), "a\\xc3");
  EXPECT_EQ(escaped("\xc0\x80"), "\\xc0\\x80");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(escaped("\xe2\x82z"), "\\xe2\\x82z");
}

TEST(Escape, KeepsTheLinesOfAMessage) { EXPECT_EQ(escaped_lines("a\nb\x1b"), "a\nb\\x1b"); }
