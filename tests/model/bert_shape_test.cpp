// SPDX-License-Identifier: Apache-2.0
#include "model/bert_shape.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::model;
using namespace stockpot::test;

namespace {

BertShape read(const std::string& text) {
  const TempDir folder;
  std::ofstream(folder / "config.json") << text;
  return read_bert_shape(folder / "config.json");
}

void expect_refused(const std::string& text, const std::string& part) {
  try {
    read(text);
    ADD_FAILURE() << text << " was accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

}  // namespace

TEST(BertShape, ReadsSizesAndKeepsBasesForTheRest) {
  const auto shape = read(
      R"({"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "layer_norm_eps": 1e-6})");
  EXPECT_EQ(shape.width, 384);
  EXPECT_EQ(shape.depth, 6);
  EXPECT_EQ(shape.heads, 12);
  EXPECT_EQ(shape.layer_norm_eps, 1e-6);
}

TEST(BertShape, ReadsItsDropoutAndKnowsBases) {
  EXPECT_EQ(read("{}").dropout, (DropoutRates{0.1, 0.1, 0.1}));
  EXPECT_EQ(read(R"({"hidden_dropout_prob": 0.2, "classifier_dropout": null})").dropout,
            (DropoutRates{0.2, 0.1, 0.2}));
  EXPECT_EQ(read(R"({"attention_probs_dropout_prob": 0, "classifier_dropout": 0.3})").dropout,
            (DropoutRates{0.1, 0.0, 0.3}));
  expect_refused(R"({"hidden_dropout_prob": 1})", "hidden_dropout_prob is 1");
  expect_refused(R"({"hidden_dropout_prob": "0.1"})", "hidden_dropout_prob");
}

TEST(BertShape, RefusesWhatIsNotComputed) {
  expect_refused(R"({"model_type": "roberta"})", "model_type is \"roberta\"");
  expect_refused(R"({"hidden_act": "gelu_new"})", "hidden_act");
  expect_refused(R"({"position_embedding_type": "relative_key"})", "position_embedding_type");
}

TEST(BertShape, RefusesDamagedFiles) {
  expect_refused("", "does not hold a JSON object");
  expect_refused("[1]", "does not hold a JSON object");
  expect_refused(R"({"hidden_size": 384)", "does not hold a JSON object");
  expect_refused(R"({"hidden_size": -1})", "hidden_size is -1");
  expect_refused(R"({"hidden_size": 99999999})", "from 1 to 1048576");
  expect_refused(R"({"hidden_size": "384"})", "hidden_size");
  expect_refused(R"({"hidden_size": 100})", "not a multiple");
  expect_refused(R"({"layer_norm_eps": 0})", "layer_norm_eps");
}
