// SPDX-License-Identifier: Apache-2.0
// Runs of a few steps, pruned to the half, exported, and computed again by transformers
// (tests/golden/compare_export.py).
#include <gtest/gtest.h>

#include <iostream>

#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "jobs/program.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = fs::path(STOCKPOT_SOURCE_DIR) / "tests/golden";

class ExportParity : public testing::Test {
 protected:
  void SetUp() override {
    const char* python = std::getenv("STOCKPOT_REFERENCE_PYTHON");
    if (python == nullptr)
      GTEST_SKIP() << "absent: STOCKPOT_REFERENCE_PYTHON, a python with torch, transformers, "
                      "tokenizers, safetensors and h5py";
    python_ = std::string(python) + " ";
  }

  /// A run of these settings, exported, gives the same logits in this class of transformers, and as
  /// many weights are not 0.
  void expect_equal(const std::string& settings, const std::string& architecture) {
    const auto run = (folder_ / "run").string(), rows = (folder_ / "rows.h5").string(),
               hf = (folder_ / "hf").string();
    std::string said;
    for (const auto& words :
         {"run --device=cpu --prune.sparsity=0.5 --train.batch=8 --run-dir " + run + settings,
          "predict " + run + " --save-inputs --out " + rows,
          "export " + run + " --format hf --to " + hf}) {
      const auto ended = test::stockpot(words);
      ASSERT_EQ(ended.code, 0) << words << "\n" << ended.text;
      said = ended.text;
    }
    const auto result = io::read_result(run + "/result.h5");
    EXPECT_EQ(result.kept, result.prunable / 2);
    const auto count = std::to_string(result.kept) + " of " + std::to_string(result.prunable) +
                       " prunable weights are not 0";
    EXPECT_NE(said.find(count), std::string::npos) << said;

    const auto compared = golden("compare_export.py " + run + " " + hf + " " + rows);
    EXPECT_NE(compared.find(count), std::string::npos) << compared;
    EXPECT_NE(compared.find(architecture + ": "), std::string::npos) << compared;
    std::cout << compared;
  }

  /// What a script of tests/golden prints.
  std::string golden(const std::string& words) {
    const auto ended = test::shell(python_ + (kGolden / words).string());
    EXPECT_EQ(ended.code, 0) << words << "\n" << ended.text;
    return ended.text;
  }

  /// Settings of a tiny BERT on a GLUE task of 40 made-up pairs with `label`s.
  std::string tiny_bert(const std::string& task, const std::string& column,
                        const std::vector<std::string>& labels) {
    std::string rows = "index\tsentence1\tsentence2\t" + column + "\n";
    for (std::size_t i = 0; i < 40; ++i)
      rows += std::to_string(i) + "\tsoup is hot\t" +
              (i % 2 ? "soup is cold\t" : "is soup is soup\t") + labels[i % labels.size()] + "\n";
    for (const char* name : {"train.tsv", "dev.tsv"}) test::write_text(folder_ / name, rows);
    test::write_text(folder_ / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nsoup\nis\nhot\ncold\n");
    return " --data.name=" + task + " --data.dir=" + folder_.path().string() +
           " --data.max_length=16 --model.name=bert --model.vocab=" +
           (folder_ / "vocab.txt").string() +
           " --prune.method=one_shot --train.steps=4 --train.lr=0.01 --model.weights=";
  }

  /// Settings of CLIP on made-up digits.
  std::string clip(const std::string& model) {
    test::write_idx(folder_.path(), "train", 100);
    test::write_idx(folder_.path(), "t10k", 20);
    return " --data.name=mnist --data.official=no --data.dir=" + folder_.path().string() +
           " --train.lr=0.001 --model.name=" + model;
  }

  const test::TempDir folder_;

 private:
  std::string python_;
};

constexpr const char* kIsp =
    " --train.steps=8 --prune.method=isp --isp.denoisers=2 --isp.look_ahead_steps=2 "
    "--isp.round_steps=1";
const std::string kTinyBert = (kGolden / "bert_tiny").string(),
                  kTinyClip = (kGolden / "clip_tiny").string();

}  // namespace

TEST_F(ExportParity, ClassesByBert) {
  expect_equal(tiny_bert("rte", "label", {"entailment", "not_entailment"}) + kTinyBert,
               "BertForSequenceClassification");
}

TEST_F(ExportParity, ScoresByBert) {
  expect_equal(tiny_bert("stsb", "score", {"0.2", "4.5", "2.75"}) + kTinyBert,
               "BertForSequenceClassification");
}

TEST_F(ExportParity, ClassesByBertWithoutPooler) {
  const io::SafetensorsReader tiny(kGolden / "bert_tiny/model.safetensors");
  std::vector<io::TensorToWrite> tensors;
  for (const auto& tensor : tiny.tensors())
    if (!tensor.name.starts_with("bert.pooler."))
      tensors.push_back({tensor.name, tensor.dtype, tensor.shape, tiny.bytes(tensor)});
  const auto weights = folder_ / "weights";
  fs::create_directory(weights);
  io::write_safetensors(weights / "model.safetensors", std::move(tensors));
  fs::copy_file(kGolden / "bert_tiny/config.json", weights / "config.json");
  expect_equal(tiny_bert("rte", "label", {"entailment", "not_entailment"}) + weights.string(),
               "BertForTokenClassification");
}

TEST_F(ExportParity, RealMiniLM) {
  STOCKPOT_TEST_DATA_OR_SKIP(weights, "minilm-l6");
  const test::TempDir scratch;
  for (const auto& [name, task] : {std::pair("cola", "CoLA"), std::pair("stsb", "STS-B")}) {
    const auto data = test::glue_folder(task, scratch);
    if (data.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue/" << task;
    SCOPED_TRACE(task);
    // chosen at random: the pooler's weights are small, and of the largest it would keep next to
    // none
    expect_equal(" --data.name=" + std::string(name) + " --data.dir=" + data.string() +
                     " --data.train_size=64 --data.validation_size=16 --data.test_size=64 "
                     "--model.name=bert" +
                     " --prune.method=random --train.steps=4 --train.lr=0.001 --model.weights=" +
                     weights.string(),
                 "BertForSequenceClassification");
    for (const char* made : {"run", "hf", "rows.h5"}) fs::remove_all(folder_ / made);
  }
}

TEST_F(ExportParity, Clip) {
  expect_equal(clip("clip_vit_b_32") + kIsp + " --model.weights=" + kTinyClip, "CLIPModel");
}

TEST_F(ExportParity, ClipWithoutTextTower) {
  expect_equal(clip("clip_vit_b_32") + kIsp + " --model.config=" + kTinyClip + "/config.json",
               "CLIPVisionModelWithProjection");
}

TEST_F(ExportParity, ClipWithLinearHead) {
  expect_equal(clip("vit_b_32") + kIsp + " --model.weights=" + kTinyClip, "CLIPVisionModel");
}

TEST_F(ExportParity, ClipAtViTB32Size) {
  STOCKPOT_TEST_DATA_OR_SKIP(vocabulary, "vocab/bpe_simple_vocab_16e6.txt.gz");
  const auto weights = (folder_ / "weights").string();
  golden("make_clip.py base " + weights);
  expect_equal(clip("clip_vit_b_32") +
                   " --prune.method=one_shot --train.steps=2 --data.train_size=16 "
                   "--data.validation_size=8 --data.test_size=16 --model.weights=" +
                   weights + " --model.vocab=" + vocabulary.string(),
               "CLIPModel");
}
