// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "data/load.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

/// A folder of GLUE files in which every sentence says which file it is from.
struct GlueFolder {
  GlueFolder() {
    write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\ntrain\ndev\ntest\nmatched\nmismatched\n");
    config.dir = folder.path().string();
    config.validation_size = 2;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
  }
  /// MNLI's columns that matter.
  void write_mnli(const std::string& name, const std::string& word) const {
    write(name, "index\tsentence1\tsentence2\tgold_label\n0\t" + word + "\t" + word +
                    "\tneutral\n1\t" + word + "\t" + word + "\tcontradiction\n");
  }
  Splits load() const { return data::load(config, 1, {}, folder / "vocab.txt"); }

  TempDir folder;
  config::DataConfig config;
};

/// Second token of the first sample: the word that names its file.
std::int64_t word_of(const Split& split) {
  Batch batch;
  split.dataset->fill(std::span(split.indices).first(1), {}, batch);
  return batch.token_ids.at(1);
}

}  // namespace

TEST(LoadTexts, TakesTheDevSetAsTest) {
  GlueFolder glue;
  glue.config.name = "cola";
  glue.write("train.tsv",
             "a\t1\t\ttrain\nb\t0\t*\ttrain\nc\t1\t\ttrain\nd\t1\t\ttrain\ne\t0\t*\ttrain\n");
  glue.write("dev.tsv", "a\t1\t\tdev\nb\t0\t*\tdev\n");
  const auto splits = glue.load();
  EXPECT_EQ(splits.train.size(), 3);
  EXPECT_EQ(splits.validation.size(), 2);
  EXPECT_EQ(splits.test.size(), 2);
  EXPECT_TRUE(splits.more_tests.empty());
  EXPECT_EQ(word_of(splits.train), 4);
  EXPECT_EQ(word_of(splits.test), 5);
  const auto shape = splits.train.dataset->shape();
  EXPECT_EQ(shape.classes, 2);
  EXPECT_EQ(shape.vocabulary, 9);
  EXPECT_EQ(shape.tokens, 128);
}

TEST(LoadTexts, TakesTheNamedTestFileInstead) {
  GlueFolder glue;
  glue.config.name = "stsb";
  const std::string header = "sentence1\tsentence2\tscore\n";
  glue.write("train.tsv", header + "train\ttrain\t1.5\ntrain\ttrain\t2\ntrain\ttrain\t4\n");
  glue.write("test.tsv", header + "test\ttest\t2.5\n");
  glue.config.test_file = (glue.folder / "test.tsv").string();
  const auto splits = glue.load();
  EXPECT_EQ(word_of(splits.test), 6);
  EXPECT_EQ(splits.test.dataset->shape().classes, 0);
}

TEST(LoadTexts, KeepsTheMismatchedSetApart) {
  GlueFolder glue;
  glue.config.name = "mnli";
  glue.config.validation_size = 1;
  glue.write_mnli("train.tsv", "train");
  glue.write_mnli("dev_matched.tsv", "matched");
  glue.write_mnli("dev_mismatched.tsv", "mismatched");
  const auto splits = glue.load();
  EXPECT_EQ(word_of(splits.test), 7);
  ASSERT_EQ(splits.more_tests.size(), 1U);
  EXPECT_EQ(splits.more_tests[0].name, "mismatched");
  EXPECT_EQ(word_of(splits.more_tests[0].split), 8);
}

TEST(LoadTexts, NeedsFolderAndVocabulary) {
  config::DataConfig config;
  config.name = "cola";
  expect_error<ConfigError>([&] { load(config, 1, {}, "vocab.txt"); }, {"data.dir is empty"});
  config.dir = "CoLA";
  expect_error<ConfigError>([&] { load(config, 1); }, {"needs a vocabulary", "--model.vocab"});
}
