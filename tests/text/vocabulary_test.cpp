// SPDX-License-Identifier: Apache-2.0
#include "data/text/vocabulary.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "data/files.hpp"
#include "data/text/tokenizer_json.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

void expect_refused(std::string_view text, const std::vector<std::string>& parts) {
  expect_error<DataError>([&] { data::parse_vocabulary(text, "vocab.txt"); }, parts);
}

void expect_json_refused(std::string_view vocabulary, const std::vector<std::string>& parts) {
  const std::string text =
      R"({"model":{"type":"WordPiece","vocab":)" + std::string(vocabulary) + "}}";
  expect_error<DataError>(
      [&] { data::parse_tokenizer_json(text, "tokenizer.json", data::JsonKind::tokenizer); },
      parts);
}

}  // namespace

TEST(Vocabulary, ReadsLfCrlfAndAMissingLastNewlineAlike) {
  const std::vector<std::string> tokens = {"[PAD]", "a", "##b"};
  for (const char* text : {"[PAD]\na\n##b\n", "[PAD]\r\na\r\n##b\r\n", "[PAD]\na\n##b"})
    EXPECT_EQ(data::parse_vocabulary(text, "v"), tokens);
}

TEST(Vocabulary, RefusesDamageAndNamesTheLine) {
  expect_refused("", {"vocab.txt", "empty file"});
  expect_refused("a\n\nb\n", {"vocab.txt:2", "empty"});
  expect_refused("a\nb\na\n", {"vocab.txt", "\"a\"", "0 and 2"});
  expect_refused("a\n\xFF\n", {"vocab.txt:2", "UTF-8"});
  expect_refused("a\n" + std::string(257, 'x'), {"vocab.txt:2", "257 bytes"});
}

TEST(Vocabulary, RefusesDamagedTokenizerJson) {
  expect_json_refused(R"({"a":0,"b":2})", {"tokenizer.json", "has id 2"});
  expect_json_refused(R"({"a":0,"b":0})", {"id 0 has two tokens"});
  expect_json_refused(R"({"a":0,"a":1})", {"two ids"});
  expect_json_refused(R"({"a":0,"b":-1})", {"tokenizer.json", "plain integer"});
  expect_json_refused(R"({"a":0,"b":1.0})", {"plain integer"});
  expect_json_refused(R"({"a":0,"b":{}})", {"plain integer"});
  expect_json_refused(R"({"a":0,)", {"tokenizer.json"});
  expect_json_refused(std::string(100, '['), {"deep"});
}

TEST(Vocabulary, ReadsTheFileThatAFolderHolds) {
  const TempDir folder;
  expect_error<DataError>([&] { data::read_word_piece(folder.path()); },
                          {"no vocabulary", "vocab.txt", "model.vocab"});
  write(
      folder / "tokenizer.json",
      R"({"added_tokens":[{"id":0,"content":"x"}],"normalizer":{"type":"BertNormalizer","lowercase":false},)"
      R"("model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"b/c":1,"a":0}}})");
  EXPECT_EQ(data::read_word_piece(folder.path()).tokens, (std::vector<std::string>{"a", "b/c"}));
  EXPECT_FALSE(data::read_word_piece(folder.path()).lower_case);
  expect_error<DataError>([&] { data::read_byte_pair(folder.path()); },
                          {"tokenizer.json", "WordPiece", "BPE"});
  write(folder / "vocab.txt", "x\ny\n");
  EXPECT_EQ(data::read_word_piece(folder.path()).tokens, (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(data::read_word_piece(folder.path()).lower_case);
  write(folder / "tokenizer_config.json", R"({"do_lower_case": false, "model_max_length": 512})");
  EXPECT_FALSE(data::read_word_piece(folder.path()).lower_case);
}

TEST(Vocabulary, ReadsMergesInBothFormsOfTokenizerJson) {
  const std::vector<std::pair<std::string, std::string>> merges = {{"a", "b"}, {"ab", "c"}};
  for (const char* form : {R"(["a b","ab c"])", R"([["a","b"],["ab","c"]])"}) {
    const std::string text =
        R"({"model":{"type":"BPE","vocab":{"a":0},"merges":)" + std::string(form) + "}}";
    EXPECT_EQ(data::parse_tokenizer_json(text, "t", data::JsonKind::tokenizer).merges, merges);
  }
  EXPECT_EQ(data::parse_merges("#version: 0.2\na b\nab c\n", "m", 10), merges);
  EXPECT_EQ(data::parse_merges("a b\nab c\nx y\n", "m", 2), merges);
  expect_error<DataError>([] { data::parse_merges("a b\nab\n", "merges.txt", 10); },
                          {"merges.txt:2", "two tokens"});
  expect_error<DataError>([] { data::parse_merges("a b c\n", "merges.txt", 10); },
                          {"merges.txt:1"});
}
