// SPDX-License-Identifier: Apache-2.0
#include "data/text/word_piece.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
using data::WordPiece;
using Ids = std::vector<std::int32_t>;

namespace {

WordPiece toy(bool lower_case = true) {
  return WordPiece({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un",
                    "runn", "##ing", ",", "low", "lowest", "[MASK]", "É"},
                   lower_case);
}

Ids ids_of(const WordPiece& tokenizer, std::string_view text) {
  Ids ids;
  tokenizer.append_ids(text, ids);
  return ids;
}

}  // namespace

TEST(WordPiece,
     CutsWordsIntoTheLongestPieces) {  // vector of the original BERT's tokenization_test.py
  EXPECT_EQ(ids_of(toy(), "UNwant\u00C9d,running"), (Ids{8, 5, 6, 11, 9, 10}));
  EXPECT_EQ(ids_of(toy(), "lowest low"), (Ids{13, 12}));
}

TEST(WordPiece, MakesAWordWithAnUnknownRestUnknown) {
  EXPECT_EQ(ids_of(toy(), "unwantedX running"), (Ids{1, 9, 10}));
}

TEST(WordPiece, MakesAWordOfMoreThan100CharactersUnknown) {
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a"};
  const WordPiece tokenizer(tokens);
  EXPECT_EQ(ids_of(tokenizer, std::string(100, 'a')).size(), 100U);
  EXPECT_EQ(ids_of(tokenizer, std::string(101, 'a')), Ids{1});
}

TEST(WordPiece, DropsControlsAndInvalidBytesInsideWords) {
  EXPECT_EQ(ids_of(toy(), std::string_view("l\0o\x07w\xFF\xE2\x80\x8B low", 13)), (Ids{12, 12}));
}

TEST(WordPiece, RecognisesSpecialTokensInTheRawTextOnly) {
  EXPECT_EQ(ids_of(toy(), "low[MASK]low [CLS]"), (Ids{12, 14, 12, 2}));
  EXPECT_EQ(ids_of(toy(), "[mask]"), (Ids{1, 1, 1}));
}

TEST(WordPiece, KeepsCaseAndAccentsWhereTheModelIsCased) {
  EXPECT_EQ(ids_of(toy(false), "\u00C9 LOW low"), (Ids{15, 1, 12}));
  EXPECT_EQ(ids_of(toy(true), "LOW"), Ids{12});
}

TEST(WordPiece, RefusesAVocabularyWithoutItsSpecialTokens) {
  EXPECT_THROW(WordPiece({"[PAD]", "[CLS]", "[SEP]"}), DataError);
  EXPECT_THROW(WordPiece({"[UNK]", "[PAD]", "[CLS]", "[SEP]"}), DataError);
}

TEST(WordPiece, GivesTheKnownIdsOfBertBaseUncased) {
  STOCKPOT_TEST_DATA_OR_SKIP(path, "vocab/bert-base-uncased-vocab.txt.gz");
  const auto tokenizer = WordPiece::load(path);
  EXPECT_EQ(tokenizer.size(), 30522);
  EXPECT_EQ(tokenizer.begin_id(), 101);
  EXPECT_EQ(tokenizer.end_id(), 102);
  EXPECT_EQ(ids_of(tokenizer, "Hello, my dog is cute"), (Ids{7592, 1010, 2026, 3899, 2003, 10140}));
  EXPECT_EQ(ids_of(tokenizer, "The capital of France is [MASK]."),
            (Ids{1996, 3007, 1997, 2605, 2003, 103, 1012}));
}

TEST(WordPiece, ReadsAHuggingFaceFolderAndItsTokenizerJsonAlike) {
  STOCKPOT_TEST_DATA_OR_SKIP(folder, "minilm-l6");
  const auto from_folder = WordPiece::load(folder),
             from_json = WordPiece::load(folder / "tokenizer.json");
  EXPECT_EQ(from_folder.size(), from_json.size());
  for (const char* text : {"Unaffable Caf\u00E9 1984 \u6F22\u5B57", "na\u00EFve re-entry!", ""})
    EXPECT_EQ(ids_of(from_folder, text), ids_of(from_json, text));
}
