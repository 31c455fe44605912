// SPDX-License-Identifier: Apache-2.0
#include "data/text/text_dataset.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using data::Batch;
using data::TextDataset;
using Ids = std::vector<std::int64_t>;

namespace {

const data::WordPiece& tokenizer() {
  static const data::WordPiece words({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d"});
  return words;
}

TextDataset dataset(const std::string& task, const std::string& text,
                    std::int64_t max_length = 128) {
  return TextDataset(data::parse_glue(text, "train.tsv", *data::find_glue_task(task), true),
                     *data::find_glue_task(task), tokenizer(), max_length);
}

const std::string kPairs =
    "index\tsentence1\tsentence2\tlabel\n0\ta b\tc\tnot_entailment\n1\tc\t\tentailment\n2\ta a a a "
    "a a\tb b b b b b\tentailment\n";

Batch filled(const TextDataset& set, const Ids& indices) {
  Batch batch;
  batch.pixels.assign(7, 1.0F);
  batch.targets.assign(7, 1.0F);
  set.fill(indices, {}, batch);
  return batch;
}

}  // namespace

TEST(TextDataset, EncodesPairsAndPadsToTheLongestOfTheBatch) {
  const auto batch = filled(dataset("rte", kPairs), {1, 0});
  EXPECT_EQ(batch.size, 2);
  EXPECT_EQ(batch.tokens, 6);
  EXPECT_EQ(batch.lengths, (Ids{4, 6}));
  EXPECT_EQ(batch.token_ids, (Ids{2, 6, 3, 3, 0, 0, 2, 4, 5, 3, 6, 3}));
  EXPECT_EQ(batch.token_types, (Ids{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(batch.labels, (Ids{0, 1}));
  EXPECT_TRUE(batch.pixels.empty());
  EXPECT_TRUE(batch.targets.empty());
}

TEST(TextDataset, CutsTheLongerTextFirst) {
  const auto batch = filled(dataset("rte", kPairs, 9), {2});
  EXPECT_EQ(batch.token_ids, (Ids{2, 4, 4, 4, 3, 5, 5, 5, 3}));
  EXPECT_EQ(filled(dataset("rte", kPairs, 3), {2}).token_ids, (Ids{2, 3, 3}));
  EXPECT_THROW(dataset("rte", kPairs, 2), ConfigError);
}

TEST(TextDataset, EncodesSingleSentences) {
  const auto set = dataset("cola", "x\t1\t\ta b\nx\t0\t*\td\n");
  EXPECT_EQ(filled(set, {0}).token_ids, (Ids{2, 4, 5, 3}));
  EXPECT_EQ(filled(set, {0}).token_types, (Ids{0, 0, 0, 0}));
  EXPECT_EQ(set.class_names(), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(set.shape().classes, 2);
  EXPECT_EQ(set.label(1), 0);
  EXPECT_EQ(std::vector(set.lengths().begin(), set.lengths().end()), (Ids{4, 3}));
  EXPECT_THROW(set.label(2), LogicError);
}

TEST(TextDataset, FillsTargetsOfARegression) {
  const auto set = dataset("stsb", "sentence1\tsentence2\tscore\na\tb\t2.5\nc\td\t0\n");
  const auto batch = filled(set, {1, 0});
  EXPECT_EQ(batch.targets, (std::vector<float>{0.0F, 2.5F}));
  EXPECT_TRUE(batch.labels.empty());
  EXPECT_EQ(set.shape().classes, 0);
}
