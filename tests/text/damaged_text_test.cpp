// SPDX-License-Identifier: Apache-2.0
// Replays the fuzz targets over damaged forms of small valid files: cut at every byte, every byte
// changed, removed, doubled.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/text/fuzz_text.hpp"

using namespace stockpot::test;

namespace {

using Target = bool (*)(std::span<const std::byte>);

bool run(Target target, const std::string& bytes) {
  return target(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

/// Number of damaged forms that were refused.
int replay_damaged(Target target, const std::string& valid) {
  int refused = 0;
  for (std::size_t at = 1; at < valid.size(); ++at) {
    refused += !run(target, valid.substr(0, at));
    refused += !run(target, valid.substr(0, at) + valid.substr(at + 1));
    refused += !run(target, valid.substr(0, at) + valid.substr(at - 1));
    for (const char byte : {'\0', '\t', '\n', '\r', '"', '[', '{', '9', '\x80', '\xE2', '\xFF'}) {
      std::string changed = valid;
      changed[at] = byte;
      refused += !run(target, changed);
    }
  }
  return refused;
}

std::string with_choice(unsigned choice, const std::string& text) {
  return std::string(1, static_cast<char>(choice)) + text;
}

}  // namespace

TEST(DamagedText, GlueFilesAreReadOrRefused) {
  const std::vector<std::string> files = {
      with_choice(1, "gj04\t1\t\tHe left.\ngj04\t0\t*\tHe\t left.\n"),
      with_choice(0, "index\tsentence\n0\tHe left.\n"),
      with_choice(7, "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tA?\tB?\t1\n"),
      with_choice(9, "sentence1\tsentence2\tscore\r\ncaf\xC3\xA9\tB\t4.75\r\n"),
      with_choice(15, "index\tsentence1\tsentence2\tlabel\n0\tA\tB\tnot_entailment\n"),
  };
  EXPECT_FALSE(run(fuzz_glue, files[0]));  // five columns in the second row
  for (std::size_t i = 1; i < files.size(); ++i) EXPECT_TRUE(run(fuzz_glue, files[i])) << i;
  for (const std::string& file : files) EXPECT_GT(replay_damaged(fuzz_glue, file), 20);
}

TEST(DamagedText, VocabulariesAreReadOrRefused) {
  const std::vector<std::string> files = {
      with_choice(0, "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n"),
      with_choice(1, "#version: 0.2\na b\nab c</w>\n"),
      with_choice(
          2,
          R"({"normalizer":{"lowercase":true},"model":{"type":"WordPiece","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4}}})"),
      with_choice(3, R"({"a":0,"b":1,"\u00e9":2})"),
      with_choice(4, R"({"do_lower_case":false,"x":[1,{"y":null}]})"),
  };
  for (const std::string& file : files) EXPECT_TRUE(run(fuzz_vocabulary, file)) << file;
  for (const std::string& file : files)
    EXPECT_GT(replay_damaged(fuzz_vocabulary, file), 20) << file;
  EXPECT_FALSE(run(fuzz_vocabulary, with_choice(2, std::string(100000, '['))));
}

TEST(DamagedText, EveryTextHasIds) {
  const std::string text =
      "xA [MASK] caf\xC3\xA9 \xE1\x84\x80\xE1\x85\xA1 \xF0\x9F\x98\x80<|ENDOFTEXT|>'s "
      "a\xCC\x81\xCC\xA3\n";
  EXPECT_EQ(replay_damaged(fuzz_tokenizers, text), 0);
}
