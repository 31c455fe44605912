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
    config.official = "no";
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

/// Targets of all samples of a regression.
std::vector<float> targets_of(const Split& split) {
  Batch batch;
  split.dataset->fill(split.indices, {}, batch);
  return batch.targets;
}

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

TEST(LoadTexts, TakesTheDevSetOrTheNamedTestFileOfARegression) {
  GlueFolder glue;
  glue.config.name = "stsb";
  const std::string header = "sentence1\tsentence2\tscore\n";
  glue.write("train.tsv", header + "train\ttrain\t1.5\ntrain\ttrain\t2\ntrain\ttrain\t4\n");
  glue.write("dev.tsv", header + "dev\tdev\t3.5\n");
  glue.write("test.tsv", header + "test\ttest\t2.5\n");
  EXPECT_EQ(targets_of(glue.load().test), std::vector{3.5F});
  glue.config.test_file = (glue.folder / "test.tsv").string();
  const auto splits = glue.load();
  EXPECT_EQ(word_of(splits.test), 6);
  EXPECT_EQ(targets_of(splits.test), std::vector{2.5F});
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

TEST(LoadTexts, ReadsOwnTextsByTheTitlesOfTheirColumns) {
  GlueFolder own;
  own.config.name = "tsv";
  own.config.label_column = "stars";
  own.write("train.tsv", "stars\ttext\n10\ttrain\n9\ttrain\n10\ttrain\n9\ttrain\n");
  own.write("dev.tsv", "text\tstars\ndev\t10\n");
  const auto splits = own.load();
  EXPECT_EQ(splits.train.dataset->class_names(), (std::vector<std::string>{"9", "10"}));
  EXPECT_EQ(splits.test.dataset->label(0), 1);
  EXPECT_EQ(word_of(splits.test), 5);
  own.write("test.tsv", "text\tstars\ntest\t9\n");
  EXPECT_EQ(word_of(own.load().test), 6);
  own.write("test.tsv", "text\tstars\ntest\t8\n");
  expect_error<DataError>([&] { own.load(); }, {"test.tsv:2", "8", "train.tsv has no such label"});
  own.config.text_column_b = "second";
  expect_error<DataError>([&] { own.load(); }, {"train.tsv:1", "second", "data.text_column_b"});
  own.write("train.tsv", "stars\ttext\n10\ttrain\n\ttrain\n");
  expect_error<DataError>([&] { own.load(); }, {"train.tsv:3", "empty label"});
}

TEST(LoadTexts, TestFromTrainAndWantedReadNoOtherFile) {
  GlueFolder glue;
  glue.config.name = "rte";
  glue.write("dev.tsv", "index\tsentence1\tsentence2\tlabel\n0\tdev\tdev\tentailment\n");
  const auto only = data::load(glue.config, 1, {}, glue.folder / "vocab.txt", Wanted::only("test"));
  EXPECT_EQ(word_of(only.test), 5);
  std::filesystem::rename(glue.folder / "dev.tsv", glue.folder / "train.tsv");
  for (int i = 0; i < 5; ++i)
    std::ofstream(glue.folder / "train.tsv", std::ios::app) << "1\ttrain\tdev\tentailment\n";
  glue.config.test_from_train = 0.5;
  EXPECT_EQ(glue.load().test.size(), 3);
}

TEST(LabelWords, AreWhatTheLabelsMean) {
  const auto words = [](const std::string& name) {
    config::DataConfig config;
    config.name = name;
    return data::label_words(config);
  };
  EXPECT_EQ(words("cola"), (std::vector<std::string>{"unacceptable", "acceptable"}));
  EXPECT_EQ(words("rte"), (std::vector<std::string>{"entailment", "not_entailment"}));
  EXPECT_EQ(words("stsb"), std::vector<std::string>{"score"});
}
