// SPDX-License-Identifier: Apache-2.0
// Golden values by Hugging Face tokenizers: tests/golden/make_tokenizers.py.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "data/input_file.hpp"
#include "data/text/byte_pair.hpp"
#include "data/text/text_dataset.hpp"
#include "data/text/word_piece.hpp"

using namespace stockpot;
using data::BytePair;
using data::WordPiece;

namespace {

const nlohmann::json& golden() {
  static const nlohmann::json values = [] {
    const auto bytes =
        data::read_file_or_gzip(STOCKPOT_SOURCE_DIR "/tests/golden/tokenizers.json.gz");
    return nlohmann::json::parse(bytes.data(), bytes.data() + bytes.size());
  }();
  return values;
}

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

template <typename Tokenizer>
void expect_golden_ids(const Tokenizer& tokenizer, const std::string& key) {
  const auto& lines = golden().at("lines");
  ASSERT_GE(lines.size(), 1000U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<std::int32_t> ids;
    tokenizer.append_ids(bytes_of(lines[i]), ids);
    EXPECT_EQ(ids, golden().at(key).at(i).get<std::vector<std::int32_t>>())
        << "line " << i << ": " << lines[i];
  }
}

}  // namespace

TEST(Golden, UncasedWordPieceEqualsTheReferenceOnEveryLine) {
  expect_golden_ids(WordPiece(golden().at("vocabulary").get<std::vector<std::string>>()), "bert");
}

TEST(Golden, CasedWordPieceEqualsTheReferenceOnEveryLine) {
  expect_golden_ids(WordPiece(golden().at("vocabulary").get<std::vector<std::string>>(), false),
                    "bert_cased");
}

TEST(Golden, BytePairEqualsTheReferenceOnEveryLine) {
  expect_golden_ids(
      BytePair({{}, golden().at("merges").get<std::vector<std::pair<std::string, std::string>>>()}),
      "clip");
}

TEST(Golden, LongestFirstTruncationEqualsTheReference) {
  for (const auto& row : golden().at("truncation")) {
    const auto values = row.get<std::vector<std::int64_t>>();
    const auto kept = data::truncate_longest_first(values[0], values[1], values[2] - 3);
    EXPECT_EQ((std::vector{kept.first, kept.second}), (std::vector{values[3], values[4]})) << row;
  }
}
