// SPDX-License-Identifier: Apache-2.0
// MiniLM ranks sentence pairs by the cosine of the means of their hidden states, as it was trained
// to: files, tokenizer, encoder and Spearman's correlation in one number, known from Hugging Face
// (tests/golden/make_sentences.py) and from its authors.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bert_fixture.hpp"
#include "data/text/glue.hpp"
#include "data/text/text_dataset.hpp"
#include "text/test_data.hpp"
#include "train/metrics.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

/// Unit vectors [N, width] of one column of sentences.
at::Tensor embeddings(const LoadedBert& bert, const data::WordPiece& tokenizer,
                      const data::GlueFile& file, std::string_view data::GlueExample::* sentence) {
  data::GlueFile column;
  for (const auto& example : file.examples)
    column.examples.push_back({.first = example.*sentence, .second = {}});
  const data::TextDataset texts(column, *data::find_glue_task("cola"), tokenizer, 128);
  std::vector<std::int64_t> order(static_cast<std::size_t>(texts.size()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, {}, [&](std::int64_t i) { return texts.lengths()[static_cast<std::size_t>(i)]; });
  at::Tensor all = at::empty({texts.size(), bert.arena[0].size(1)});
  data::Batch batch;
  for (std::size_t begin = 0; begin < order.size(); begin += 64) {
    const auto indices =
        std::span(order).subspan(begin, std::min<std::size_t>(64, order.size() - begin));
    texts.fill(indices, {}, batch);
    const auto inputs = model::to_inputs(batch, texts.shape(), at::kCPU);
    const auto counts =
        (at::arange(batch.tokens).unsqueeze(0) < inputs.lengths.unsqueeze(1)).unsqueeze(2);
    const auto sums = (bert.model.states(bert.arena, inputs).hidden * counts)
                          .sum(1);  // the cosine does not see that it is no mean
    for (std::size_t i = 0; i < indices.size(); ++i)
      all[indices[i]] = sums[static_cast<std::int64_t>(i)];
  }
  return all / all.norm(2, {1}, true);
}

/// Cosine of every pair of the file, and its true score.
struct Pairs {
  std::vector<double> cosines, scores;
};

Pairs compare_pairs(const std::filesystem::path& model, const std::filesystem::path& file_name) {
  const at::NoGradGuard no_grad;
  const LoadedBert bert(model, 2);
  const auto tokenizer = data::WordPiece::load(model);
  const auto file = data::read_glue(file_name, *data::find_glue_task("stsb"), true);
  const auto cosines = (embeddings(bert, tokenizer, file, &data::GlueExample::first) *
                        embeddings(bert, tokenizer, file, &data::GlueExample::second))
                           .sum(1);
  Pairs pairs;
  for (std::int64_t i = 0; i < cosines.numel(); ++i)
    pairs.cosines.push_back(cosines.const_data_ptr<float>()[i]);
  for (const auto& example : file.examples) pairs.scores.push_back(example.target);
  return pairs;
}

double spearman_of(const Pairs& pairs) {
  const double spearman = train::spearman(pairs.cosines, pairs.scores);
  std::printf("Spearman's correlation %.6f\n", spearman);
  return spearman;
}

}  // namespace

TEST(MiniLm, RanksTheDevPairsOfStsBAsHuggingFaceDoes) {
  STOCKPOT_TEST_DATA_OR_SKIP(model, "minilm-l6");
  const TempDir scratch;
  const auto folder = glue_folder("STS-B", scratch);
  if (folder.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue";
  std::ifstream stream(kGolden / "sentences.json");
  const auto golden = nlohmann::json::parse(stream);
  const auto pairs = compare_pairs(model, folder / "dev.tsv");
  ASSERT_EQ(pairs.scores.size(), golden["pairs"].get<std::size_t>());
  for (std::size_t i = 0; i < golden["first_cosines"].size(); ++i)
    EXPECT_NEAR(pairs.cosines[i], golden["first_cosines"][i].get<double>(), 1e-5);
  EXPECT_NEAR(spearman_of(pairs), golden["spearman"].get<double>(), 1e-4);
}

TEST(MiniLm, RanksTheTestPairsOfStsBAsItsAuthorsReport) {
  STOCKPOT_TEST_DATA_OR_SKIP(model, "minilm-l6");
  STOCKPOT_TEST_DATA_OR_SKIP(file, "glue/STS-B/sts-test.csv");  // the labelled test file of the STS
                                                                // benchmark; GLUE's has no scores
  const auto pairs = compare_pairs(model, file);
  EXPECT_EQ(pairs.scores.size(), 1379U);
  EXPECT_NEAR(100 * spearman_of(pairs), 82.03, 0.05);
}
