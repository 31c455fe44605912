// SPDX-License-Identifier: Apache-2.0
// CLIP against Hugging Face's, whose values tests/golden/make_clip.py writes down.
#include "model/clip.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstdlib>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "golden_file.hpp"
#include "mask/mask.hpp"
#include "model/clip_head.hpp"
#include "model/head_cache.hpp"
#include "model/weights_file.hpp"
#include "prune/select.hpp"
#include "support/hand_training.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

constexpr double kFeatureTolerance = 2e-5;  // absolute
const std::filesystem::path kTiny = kGolden / "clip_tiny";
const std::vector<std::string> kCifar10 = {"airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck"};

/// A CLIP model of a folder, with the head of CIFAR-10's prompts where `vocabulary` is given.
struct LoadedClip {
  explicit LoadedClip(const std::filesystem::path& folder,
                      const std::filesystem::path& vocabulary = {})
      : shape(model::read_clip_shape(folder / "config.json")),
        clip(shape, 10, model::Clip::Head::text),
        arena(clip.layout(), at::kCPU) {
    fresh = model::load_weights(folder, clip.file_names(), arena);
    for (const auto& name : fresh)
      if (!vocabulary.empty())
        derived = clip.derive({folder, vocabulary, "cifar10", kCifar10}, name, arena);
  }

  model::ClipShape shape;
  model::Clip clip;
  model::Weights arena;
  std::vector<std::string> fresh;
  bool derived = false;
};

data::Batch batch_of(const io::SafetensorsReader& golden, const model::ClipShape& shape) {
  data::Batch batch;
  batch.pixels = values_of(golden, "pixels");
  batch.size = static_cast<std::int64_t>(batch.pixels.size()) / (3 * shape.side * shape.side);
  if (golden.find("labels") != nullptr) batch.labels = integers_of(golden, "labels");
  return batch;
}

data::DataShape data_shape(const model::ClipShape& shape) {
  return {.channels = 3, .height = shape.side, .width = shape.side, .classes = 10};
}

void expect_features(const std::filesystem::path& folder) {
  const at::NoGradGuard no_grad;
  const io::SafetensorsReader golden(folder / "golden.safetensors");
  const LoadedClip loaded(folder);
  const auto batch = batch_of(golden, loaded.shape);
  const auto inputs = model::to_inputs(batch, data_shape(loaded.shape), at::kCPU);
  expect_close("image_features",
               largest_difference(floats(loaded.clip.image_features(loaded.arena, inputs.pixels)),
                                  values_of(golden, "image_features")),
               kFeatureTolerance);

  const model::ClipText text(loaded.shape);
  model::Weights arena(text.layout(), at::kCPU);
  EXPECT_TRUE(model::load_weights(folder, text.file_names(), arena).empty());
  data::Batch texts;
  texts.size = 4;
  texts.token_ids = integers_of(golden, "token_ids");
  texts.tokens = static_cast<std::int64_t>(texts.token_ids.size()) / texts.size;
  const auto ids = model::to_inputs(texts, {}, at::kCPU).token_ids;
  expect_close(
      "text_features",
      largest_difference(floats(text.features(arena, ids)), values_of(golden, "text_features")),
      kFeatureTolerance);
}

}  // namespace

TEST(ClipParity, ImageAndTextFeaturesOfTheTinyModel) { expect_features(kTiny); }

TEST(ClipParity, ImageAndTextFeaturesAtViTB32Size) {
  const char* python = std::getenv("STOCKPOT_REFERENCE_PYTHON");
  if (python == nullptr)
    GTEST_SKIP() << "absent: STOCKPOT_REFERENCE_PYTHON, a python with torch, transformers, "
                    "tokenizers and safetensors";
  const TempDir folder;
  const auto command = std::string(python) + " " + (kGolden / "make_clip.py").string() + " base " +
                       folder.path().string();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  expect_features(folder.path());
}

TEST(ClipParity, HeadOfClassPromptsAndLogits) {
  const io::SafetensorsReader golden(kTiny / "golden.safetensors");
  const LoadedClip loaded(kTiny, kTiny);
  ASSERT_EQ(loaded.fresh, std::vector<std::string>{"zero_shot_head.weight"});
  ASSERT_TRUE(loaded.derived);
  const auto& head = loaded.arena.layout().tensors().back();
  ASSERT_EQ(head.role, model::Role::frozen);
  EXPECT_LE(largest_difference(part(loaded.arena.host(), head), values_of(golden, "head")),
            100 * kFeatureTolerance);  // rows of length 100
  const at::NoGradGuard no_grad;
  const auto batch = batch_of(golden, loaded.shape);
  const auto logits = loaded.clip.forward(
      loaded.arena, model::to_inputs(batch, data_shape(loaded.shape), at::kCPU), {});
  EXPECT_LE(largest_difference(floats(logits), values_of(golden, "logits")),
            100 * kFeatureTolerance);
}

TEST(ClipHead, IsTakenFromTheCacheWhereItWasMadeBefore) {
  const TempDir caches;
  const char* before = std::getenv("XDG_CACHE_HOME");
  ::setenv("XDG_CACHE_HOME", caches.path().c_str(), 1);
  const auto head_of = [](const std::vector<std::string>& names) {
    return model::class_prompt_head(model::read_clip_shape(kTiny / "config.json"),
                                    {kTiny, kTiny, "cifar10", names});
  };
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(caches.path() / "stockpot"), {});
  };
  const auto made = head_of(kCifar10);
  ASSERT_EQ(files(), 1);
  const auto file = std::filesystem::directory_iterator(caches.path() / "stockpot")->path();

  const auto planted = made + 1;
  io::write_safetensors(
      file, {io::float_tensor("zero_shot_head.weight", planted.sizes().vec(), floats(planted))});
  EXPECT_TRUE(head_of(kCifar10).equal(planted));
  std::filesystem::resize_file(file, 100);  // damaged: made again
  EXPECT_TRUE(head_of(kCifar10).equal(made));
  EXPECT_TRUE(head_of(kCifar10).equal(made));

  auto others = kCifar10;
  std::swap(others.front(), others.back());
  EXPECT_FALSE(head_of(others).equal(made)) << "other names have another head";
  EXPECT_EQ(files(), 2);
  if (before == nullptr)
    ::unsetenv("XDG_CACHE_HOME");
  else
    ::setenv("XDG_CACHE_HOME", before, 1);
}

TEST(ClipHead, IsCheckedWithoutBeingMade) {
  const auto shape = model::read_clip_shape(kTiny / "config.json");
  EXPECT_NO_THROW(model::check_class_prompt_head(shape, {kTiny, kTiny, "cifar10", kCifar10}));
  const TempDir nothing;
  EXPECT_THROW(model::check_class_prompt_head(shape, {kTiny, nothing.path(), "cifar10", kCifar10}),
               DataError);
  EXPECT_THROW(
      model::check_class_prompt_head(shape, {kGolden / "bert_tiny", kTiny, "cifar10", kCifar10}),
      DataError)
      << "no text tower";
  EXPECT_THROW(model::check_class_prompt_head(shape, {kTiny, kTiny, "cifar10", {}}), ConfigError);
}

TEST(ClipHead, IsMadeWhereNothingCanBeKept) {
  const model::HeadCache nowhere("/proc/no/such/folder"), none("");
  const auto head = at::ones({2, 3});
  EXPECT_TRUE(nowhere.get(1, {2, 3}, [&] { return head; }).equal(head));
  EXPECT_TRUE(none.get(1, {2, 3}, [&] { return head; }).equal(head));
}

TEST(ClipParity, LossAndGradientsAfterAnOptimizerStep) {
  const io::SafetensorsReader golden(kTiny / "golden.safetensors");
  LoadedClip loaded(kTiny, kTiny);
  const auto batch = batch_of(golden, loaded.shape);
  const auto head = part(loaded.arena.host(), loaded.arena.layout().tensors().back());
  const std::vector<float> head_before(head.begin(), head.end());
  test::HandTraining training(loaded.clip, loaded.arena, data_shape(loaded.shape));
  const auto gradient = [&] { training.gradient(batch, 1.0 / static_cast<double>(batch.size)); };
  gradient();
  EXPECT_LE(std::abs(training.gradients.loss() - values_of(golden, "before/loss").at(0)),
            kGradientTolerance * values_of(golden, "before/loss").at(0));
  training.step(1e-3, 0.1);
  gradient();
  expect_gradient(loaded.arena, training.gradients, golden, "after",
                  1e-6);  // the key's bias has no influence on the loss: its gradient is rounding
  EXPECT_TRUE(std::ranges::equal(head, head_before)) << "the text head is frozen";
}

TEST(ClipParity, TenRoundsOfGlobalMagnitudePruningAsTorchDoes) {
  const io::SafetensorsReader golden(kTiny / "golden.safetensors");
  const LoadedClip loaded(kTiny);
  const auto& layout = loaded.arena.layout();
  const prune::Keys keys{loaded.arena.values().narrow(0, 0, layout.prunable())};
  auto mask = mask::Mask::all(layout.prunable());
  for (const auto kept : integers_of(golden, "prune/kept")) {
    mask = prune::select(keys, mask, {{0, mask.size(), keep_count(0.15, mask.kept())}});
    EXPECT_EQ(mask.kept(), kept);
  }
  const auto reference = values_of(golden, "prune/mask");
  ASSERT_EQ(static_cast<std::int64_t>(reference.size()), layout.prunable());
  std::int64_t different = 0;
  for (std::int64_t i = 0; i < layout.prunable(); ++i)
    different += mask[i] != (reference[static_cast<std::size_t>(i)] != 0);
  EXPECT_EQ(different, 0);
}

TEST(Clip, HasThePrunableWeightsOfTheBlocksOnly) {
  const model::Clip b32(model::ClipShape{}, 10, model::Clip::Head::text);
  EXPECT_EQ(b32.layout()->prunable(), 84'934'656);
  EXPECT_EQ(b32.layout()->trained(), 87'849'216);  // the whole image tower
  EXPECT_EQ(b32.layout()->total() - b32.layout()->tracked(), 10 * 512);
  const std::string layer = "vision_model.encoder.layers.0.";
  const std::vector<std::string> canonical = {
      "self_attn.q_proj.weight",   "self_attn.k_proj.weight", "self_attn.v_proj.weight",
      "self_attn.out_proj.weight", "mlp.fc1.weight",          "mlp.fc2.weight"};
  for (std::size_t i = 0; i < canonical.size(); ++i)
    EXPECT_EQ(b32.layout()->tensors()[i].name, layer + canonical[i]);
}

TEST(Clip, CostsWhatViTB32Costs) {
  const model::Clip b32(model::ClipShape{}, 10, model::Clip::Head::text);
  const auto cost = b32.forward_cost({.samples = 1});
  ASSERT_EQ(cost.positions.size(), 12U * 4U);  // q, k and v are one leaf
  for (const auto positions : cost.positions) EXPECT_EQ(positions, 50);
  // multiply-adds of methods.md 5.6: patches, attention products, projection (and head)
  EXPECT_EQ(cost.other_flops,
            2LL * (49 * 768 * 3 * 32 * 32 + 12 * 2 * 50 * 50 * 768 + 512 * 768 + 10 * 512));
}

TEST(Clip, WithALinearHeadLeavesTheProjectionOut) {
  const auto shape = model::read_clip_shape(kTiny / "config.json");
  const model::Clip clip(shape, 7, model::Clip::Head::linear);
  model::Weights arena(clip.layout(), at::kCPU);
  EXPECT_EQ(model::load_weights(kTiny, clip.file_names(), arena),
            (std::vector<std::string>{"head.weight", "head.bias"}));
  model::initialise(arena, 1, std::vector<std::string>{"head.weight", "head.bias"});
  const at::NoGradGuard no_grad;
  const auto batch = batch_of(io::SafetensorsReader(kTiny / "golden.safetensors"), shape);
  const auto logits = clip.forward(arena, model::to_inputs(batch, data_shape(shape), at::kCPU), {});
  EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{4, 7}));
}
