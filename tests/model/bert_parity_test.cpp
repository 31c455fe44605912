// SPDX-License-Identifier: Apache-2.0
// BERT against Hugging Face's, whose values tests/golden/make_bert.py writes down.
#include <ATen/core/grad_mode.h>

#include <cstdlib>

#include "bert_fixture.hpp"
#include "mask/mask.hpp"
#include "support/hand_training.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::test;
namespace fs = std::filesystem;

namespace {

constexpr double kStateTolerance = 2e-5;  // absolute
const fs::path kTiny = kGolden / "bert_tiny";

/// Hidden states of the tokens that count, and pooled outputs.
void expect_states(const fs::path& weights, const fs::path& golden_file) {
  const LoadedBert bert(weights, 2);
  const io::SafetensorsReader golden(golden_file);
  const auto batch = batch_of(golden);
  const at::NoGradGuard no_grad;
  const auto states = bert.model.states(bert.arena, model::to_inputs(batch, {}, at::kCPU));
  const auto hidden = values_of(golden, "hidden");
  const auto ours = floats(states.hidden);
  ASSERT_EQ(ours.size(), hidden.size());
  const auto row = hidden.size() / static_cast<std::size_t>(batch.size),
             width = row / static_cast<std::size_t>(batch.tokens);
  expect_close("pooled", largest_difference(floats(states.pooled), values_of(golden, "pooled")),
               kStateTolerance);
  double largest = 0;
  for (std::size_t b = 0; b < batch.lengths.size(); ++b) {
    const auto count = width * static_cast<std::size_t>(batch.lengths[b]);
    largest = std::max(largest, largest_difference(ours.subspan(b * row, count),
                                                   std::span(hidden).subspan(b * row, count)));
  }
  expect_close("hidden", largest, kStateTolerance);
}

/// Losses and gradients before and after one step of AdamW at the rate `lr`.
void expect_gradients(const fs::path& folder, std::int64_t classes, double lr) {
  LoadedBert bert(folder, classes);
  EXPECT_TRUE(bert.fresh.empty());
  const io::SafetensorsReader golden(folder / "golden.safetensors");
  const auto batch = batch_of(golden);
  test::HandTraining training(bert.model, bert.arena, {.classes = classes});
  for (const char* step : {"before", "after"}) {
    training.gradient(batch, 1.0 / 3.0);
    expect_gradient(bert.arena, training.gradients, golden, step,
                    1e-6);  // the key's bias has no influence on the loss: its gradient is rounding
    training.step(lr, 0.0);
  }
}

}  // namespace

TEST(BertParity, StatesOfTheTinyModel) { expect_states(kTiny, kTiny / "golden.safetensors"); }

TEST(BertParity, LogitsOfTheTinyModel) {
  const LoadedBert bert(kTiny, 3);
  const io::SafetensorsReader golden(kTiny / "golden.safetensors");
  const auto batch = batch_of(golden);
  const at::NoGradGuard no_grad;
  const auto logits = bert.model.forward(bert.arena, model::to_inputs(batch, {}, at::kCPU), {});
  EXPECT_LE(largest_difference(floats(logits), values_of(golden, "logits")), kStateTolerance);
}

TEST(BertParity, GradientsBeforeAndAfterOneStepOfTheTinyModel) { expect_gradients(kTiny, 3, 1e-3); }

TEST(BertParity, StatesOfTheRealMiniLM) {
  const char* data = std::getenv("STOCKPOT_TEST_DATA");
  const fs::path folder = fs::path(data == nullptr ? "" : data) / "minilm-l6";
  if (data == nullptr || !fs::exists(folder / "model.safetensors"))
    GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/minilm-l6";
  expect_states(folder, kGolden / "minilm.safetensors");
}

TEST(BertParity, StatesAndGradientsOfTheBaseConfiguration) {
  const char* python = std::getenv("STOCKPOT_REFERENCE_PYTHON");
  if (python == nullptr)
    GTEST_SKIP()
        << "absent: STOCKPOT_REFERENCE_PYTHON, a python with torch, transformers and safetensors";
  const TempDir folder;
  const auto command = std::string(python) + " " + (kGolden / "make_bert.py").string() + " base " +
                       folder.path().string();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  expect_states(folder.path(), folder / "golden.safetensors");
  expect_gradients(folder.path(), 2, 2e-5);  // the rate of configs/tasks
}
