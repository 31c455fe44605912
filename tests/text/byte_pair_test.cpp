// SPDX-License-Identifier: Apache-2.0
#include "data/text/byte_pair.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
using data::BytePair;
using Ids = std::vector<std::int32_t>;

namespace {

Ids ids_of(const BytePair& tokenizer, std::string_view text) {
  Ids ids;
  tokenizer.append_ids(text, ids);
  return ids;
}

}  // namespace

TEST(BytePair, MergesTheLowestRankFirst) {
  const BytePair tokenizer(data::BytePairFile{{}, {{"b", "c</w>"}, {"a", "b"}, {"a", "bc</w>"}}});
  EXPECT_EQ(tokenizer.size(), 512 + 3 + 2);
  EXPECT_EQ(ids_of(tokenizer, "abc"), Ids{514});
  EXPECT_EQ(ids_of(tokenizer, "ABC <|endoftext|>"), (Ids{514, 516}));
  EXPECT_EQ(ids_of(tokenizer, "abd").front(), 513);
}

TEST(BytePair, TakesAWordOfAMegabyteInLittleTime) {
  const BytePair tokenizer(data::BytePairFile{{}, {{"a", "a"}, {"aa", "aa"}}});
  EXPECT_EQ(ids_of(tokenizer, std::string((1 << 20) + 1, 'a')).size(), (1U << 18) + 1);
}

TEST(BytePair, RefusesMergesThatItsVocabularyLacks) {
  EXPECT_THROW(
      BytePair(data::BytePairFile{{"a", "b", "<|startoftext|>", "<|endoftext|>"}, {{"a", "b"}}}),
      DataError);
  EXPECT_THROW(BytePair(data::BytePairFile{{}, {{"a", "b"}, {"a", "b"}}}), DataError);
}

TEST(BytePair, GivesClipsKnownIds) {  // vectors of docs/methods.md, computed from the public merges
  STOCKPOT_TEST_DATA_OR_SKIP(path, "vocab/bpe_simple_vocab_16e6.txt.gz");
  const auto tokenizer = BytePair::load(path);
  EXPECT_EQ(tokenizer.size(), 49408);
  EXPECT_EQ(tokenizer.begin_id(), 49406);
  EXPECT_EQ(tokenizer.end_id(), 49407);
  EXPECT_EQ(ids_of(tokenizer, "a photo of a cat."), (Ids{320, 1125, 539, 320, 2368, 269}));
  EXPECT_EQ(ids_of(tokenizer, "a photo of the number: \"7\"."),
            (Ids{320, 1125, 539, 518, 2842, 281, 257, 278, 2811}));
  EXPECT_EQ(ids_of(tokenizer, "a photo of a aquarium_fish."),
            (Ids{320, 1125, 539, 320, 16814, 318, 2759, 269}));
  EXPECT_EQ(
      ids_of(tokenizer, "i love my Ram C/V Cargo Van Minivan 2012!"),
      (Ids{328, 793, 607, 2007, 322, 270, 341, 12490, 2451, 1810, 2451, 273, 271, 272, 273, 256}));
  EXPECT_EQ(ids_of(tokenizer, "a photo of a Mercedes-Benz 300-Class Convertible 1993."),
            (Ids{320, 1125, 539, 320, 10685, 268, 13470, 274, 271, 271, 268, 1874, 19608, 272, 280,
                 280, 274, 269}));
}
