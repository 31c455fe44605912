// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "jobs/hdf5_column.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::Images;

namespace {

const std::filesystem::path kTinyBert =
    std::filesystem::path(STOCKPOT_SOURCE_DIR) / "tests/golden/bert_tiny";

std::string bytes_of(const io::SafetensorsReader& file, const std::string& name) {
  const auto* tensor = file.find(name);
  if (tensor == nullptr) return "absent";
  const auto bytes = file.bytes(*tensor);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The dense tensor that a sparse file stands for.
std::string expand(const io::SafetensorsReader& sparse, const std::string& name, std::size_t size) {
  const auto bits = bytes_of(sparse, name + ".bitmap"), values = bytes_of(sparse, name + ".values");
  std::string dense;
  std::size_t next = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const bool kept = static_cast<unsigned char>(bits[i / 8]) >> (7 - i % 8) & 1;
    dense += kept ? values.substr(4 * next++, 4) : std::string(4, '\0');
  }
  return dense;
}

}  // namespace

TEST(Export, PacksMasksAndKeptValuesThatGiveTheWeightsBack) {
  const Images images;
  const auto run = (images.folder / "run").string(), masks = (images.folder / "masks").string(),
             sparse = (images.folder / "sparse").string();
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  const auto result = io::read_result(run + "/result.h5");
  const auto count = std::to_string(result.kept) + " of " + std::to_string(result.prunable);
  for (const auto& [format, to] : {std::pair("masks", masks), std::pair("sparse", sparse)}) {
    const auto ended = test::stockpot("export " + run + " --format " + format + " --to " + to);
    EXPECT_EQ(ended.code, 0) << ended.text;
    EXPECT_NE(ended.text.find(count), std::string::npos) << ended.text;
  }
  const io::SafetensorsReader packed(masks + "/masks.safetensors"),
      kept(sparse + "/model.sparse.safetensors"), weights(run + "/model.safetensors");
  for (const auto& mask : result.masks) {
    EXPECT_EQ(bytes_of(packed, mask.name), std::string(mask.bits.begin(), mask.bits.end()));
    const auto dense = bytes_of(weights, mask.name);
    EXPECT_EQ(expand(kept, mask.name, dense.size() / 4), dense);
  }
  EXPECT_EQ(bytes_of(kept, "head.weight"), bytes_of(weights, "head.weight"));

  EXPECT_EQ(test::stockpot("export " + run + " --format sparse --to " + masks).code, 64);
  EXPECT_TRUE(std::filesystem::exists(masks + "/masks.safetensors"));
  EXPECT_EQ(test::stockpot("export " + run + " --format sparse --force --to " + masks).code, 0);
  EXPECT_FALSE(std::filesystem::exists(masks + "/masks.safetensors"));
  EXPECT_EQ(test::stockpot("export " + run + " --format hf --to " + run + "-hf").code, 64);
  EXPECT_FALSE(std::filesystem::exists(run + "-hf"));
}

TEST(Export, WritesAHuggingFaceFolderOfBertAndItsSubmission) {
  const test::TempDir folder;
  test::write_text(folder / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nsoup\nis\nhot\ncold\n");
  std::string rows = "index\tsentence1\tsentence2\tlabel\n",
              unlabelled = "index\tsentence1\tsentence2\n";
  for (int i = 0; i < 40; ++i) {
    const std::string texts =
        std::to_string(i) + "\tsoup is hot\t" + (i % 2 ? "soup is cold" : "soup is hot");
    rows += texts + (i % 2 ? "\tnot_entailment\n" : "\tentailment\n");
    unlabelled += texts + "\n";
  }
  for (const char* name : {"train.tsv", "dev.tsv"}) test::write_text(folder / name, rows);
  test::write_text(folder / "test.tsv", unlabelled);
  const auto run = (folder / "run").string(), hf = (folder / "hf").string();
  const auto trained =
      test::stockpot("run --data.name=rte --data.official=no --data.dir=" + folder.path().string() +
                     " --model.name=bert --model.weights=" + kTinyBert.string() +
                     " --model.vocab=" + (folder / "vocab.txt").string() +
                     " --data.max_length=16 --device=cpu --prune.method=one_shot "
                     "--prune.sparsity=0.5 --train.steps=3 --train.batch=8 --run-dir " +
                     run);
  ASSERT_EQ(trained.code, 0) << trained.text;

  const auto ended = test::stockpot("export " + run + " --format hf --to " + hf);
  ASSERT_EQ(ended.code, 0) << ended.text;
  const auto config = nlohmann::json::parse(test::read_text(hf + "/config.json"));
  EXPECT_EQ(config["id2label"]["1"], "not_entailment");
  EXPECT_EQ(config["num_labels"], 2);
  const io::SafetensorsReader written(hf + "/model.safetensors"),
      weights(run + "/model.safetensors");
  ASSERT_EQ(written.tensors().size(), weights.tensors().size());
  for (const auto& tensor : weights.tensors())
    EXPECT_EQ(bytes_of(written, tensor.name), bytes_of(weights, tensor.name));
  EXPECT_TRUE(std::filesystem::exists(hf + "/vocab.txt"));

  const auto predicted = test::stockpot(
      "predict " + run + " --split submission --save-inputs --out " + (folder / "out.h5").string());
  ASSERT_EQ(predicted.code, 0) << predicted.text;
  const auto logits = test::read_column<float>(folder / "out.h5", "logits");
  EXPECT_TRUE(test::read_column<std::int64_t>(folder / "out.h5", "label").empty());
  EXPECT_EQ(test::read_column<std::int64_t>(folder / "out.h5", "length"),
            std::vector<std::int64_t>(40, 9));  // [CLS] 3 [SEP] 3 [SEP]
  std::string expected = "index\tprediction\n";
  ASSERT_EQ(logits.size(), 80U);
  for (std::size_t i = 0; i < 40; ++i)
    expected += std::to_string(i) +
                (logits[2 * i + 1] > logits[2 * i] ? "\tnot_entailment\n" : "\tentailment\n");
  EXPECT_EQ(test::read_text(folder / "out.tsv"), expected);
}
