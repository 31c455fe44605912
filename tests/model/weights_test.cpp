// SPDX-License-Identifier: Apache-2.0
#include "model/weights_file.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "bert_fixture.hpp"
#include "core/error.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::model;
using namespace stockpot::test;

namespace {

const BertShape kSmall{
    .vocabulary = 10, .width = 4, .depth = 1, .heads = 2, .mlp_width = 6, .positions = 5};

/// A model's tensors as a file would hold them, to be renamed and damaged.
struct File {
  explicit File(const Bert& model) : arena(model.layout(), at::kCPU) {
    initialise(arena, 7);
    for (const auto& t : model.layout()->tensors())
      tensors.push_back(io::float_tensor(t.name, t.shape,
                                         arena.host().subspan(static_cast<std::size_t>(t.offset),
                                                              static_cast<std::size_t>(t.size))));
  }

  io::TensorToWrite& operator[](const std::string& name) {
    return *std::ranges::find(tensors, name, &io::TensorToWrite::name);
  }
  void remove(const std::string& name) {
    std::erase_if(tensors, [&](const auto& t) { return t.name == name; });
  }
  void rename_all(const std::string& from, const std::string& to) {
    for (auto& t : tensors)
      if (const auto at = t.name.find(from); at != std::string::npos)
        t.name.replace(at, from.size(), to);
  }

  Weights arena;
  std::vector<io::TensorToWrite> tensors;
};

/// What `model` reads from `file`.
struct Read {
  Read(const Bert& model, const File& file) : arena(model.layout(), at::kCPU) {
    arena.values().zero_();
    const TempDir folder;
    io::write_safetensors(folder / "model.safetensors", file.tensors);
    fresh = load_weights(folder.path(), model.file_names(), arena);
  }
  Weights arena;
  std::vector<std::string> fresh;
};

std::string refusal(const Bert& model, const File& file) {
  try {
    const Read read(model, file);
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

bool equal(const Weights& a, const Weights& b) { return std::ranges::equal(a.host(), b.host()); }

}  // namespace

TEST(LoadWeights, ReadsItsOwnNames) {
  const Bert model(kSmall, 2);
  const File file(model);
  const Read read(model, file);
  EXPECT_TRUE(read.fresh.empty());
  EXPECT_TRUE(equal(read.arena, file.arena));
}

TEST(LoadWeights, UnderstandsThePretrainingExport) {
  const Bert model(kSmall, 2);
  File file(model);
  file.rename_all("LayerNorm.weight", "LayerNorm.gamma");
  file.rename_all("LayerNorm.bias", "LayerNorm.beta");
  const std::vector<float> extra(10);
  file.tensors.push_back(io::float_tensor("cls.predictions.bias", {10}, extra));
  EXPECT_TRUE(equal(Read(model, file).arena, file.arena));
}

TEST(LoadWeights, UnderstandsNamesWithoutPrefixAndIgnoresPositionIds) {
  const Bert model(kSmall, 2);
  File file(model);
  file.rename_all("bert.", "");
  const std::vector<std::int64_t> ids = {0, 1, 2, 3, 4};
  file.tensors.push_back(
      {"embeddings.position_ids", io::Dtype::i64, {1, 5}, std::as_bytes(std::span(ids))});
  EXPECT_TRUE(equal(Read(model, file).arena, file.arena));
}

TEST(LoadWeights, LeavesAHeadOfAnotherShapeAsItWas) {
  const File file(Bert(kSmall, 3));
  const Bert model(kSmall, 2);
  const Read read(model, file);
  EXPECT_EQ(read.fresh, (std::vector<std::string>{"classifier.weight", "classifier.bias"}));
  EXPECT_EQ(read.arena[model.layout()->leaves().size() - 2].abs().sum().item().toDouble(), 0.0);
}

TEST(LoadWeights, WidensHalfAndBrainFloats) {
  const Bert model(kSmall, 2);
  File file(model);
  const std::vector<std::uint16_t> half = {0x3C00, 0xC000, 0x0001, 0x7BFF};  // 1, -2, 2^-24, 65504
  const std::vector<std::uint16_t> brain = {0x3F80, 0xC000, 0x0001,
                                            0x4049};  // 1, -2, 2^-133, 3.140625
  file["bert.pooler.dense.bias"] = {
      "bert.pooler.dense.bias", io::Dtype::f16, {4}, std::as_bytes(std::span(half))};
  file["bert.embeddings.LayerNorm.bias"] = {
      "bert.embeddings.LayerNorm.bias", io::Dtype::bf16, {4}, std::as_bytes(std::span(brain))};
  const Read read(model, file);
  const auto values = [&](const std::string& name) {
    const auto& tensors = model.layout()->tensors();
    const auto t = std::ranges::find(tensors, name, &NamedTensor::name);
    const auto span = read.arena.host().subspan(static_cast<std::size_t>(t->offset), 4);
    return std::vector<float>(span.begin(), span.end());
  };
  EXPECT_EQ(values("bert.pooler.dense.bias"), (std::vector<float>{1, -2, 0x1p-24F, 65504}));
  EXPECT_EQ(values("bert.embeddings.LayerNorm.bias"),
            (std::vector<float>{1, -2, 0x1p-133F, 3.140625F}));
}

TEST(LoadWeights, ListsEveryProblemAtOnce) {
  const Bert model(kSmall, 2);
  File file(model);
  file.remove("bert.encoder.layer.0.output.dense.bias");
  file["bert.encoder.layer.0.intermediate.dense.bias"].name =
      "bert.encoder.layer.0.intermediate.dense.bais";
  file["bert.pooler.dense.bias"].shape = {2, 2};
  const std::vector<std::int64_t> integers(4);
  auto& norm = file["bert.embeddings.LayerNorm.weight"];
  norm = {norm.name, io::Dtype::i64, {4}, std::as_bytes(std::span(integers))};
  file.tensors.push_back(file["bert.embeddings.LayerNorm.bias"]);
  file.tensors.back().name = "embeddings.LayerNorm.beta";
  const auto text = refusal(model, file);
  for (const char* part :
       {"bert.encoder.layer.0.output.dense.bias is missing",
        "did you mean bert.encoder.layer.0.intermediate.dense.bias?",
        "bert.pooler.dense.bias has shape [2, 2], the model needs [4]",
        "bert.embeddings.LayerNorm.weight is of type I64", "are the same tensor"})
    EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
}

TEST(LoadWeights, ListsEveryTensorThatIsNotFinite) {
  const Bert model(kSmall, 2);
  File file(model);
  const std::vector<float> damaged = {1, NAN, 2, 3}, infinite = {1, 2, 3, INFINITY};
  file["bert.pooler.dense.bias"].bytes = std::as_bytes(std::span(damaged));
  file["bert.embeddings.LayerNorm.bias"].bytes = std::as_bytes(std::span(infinite));
  const auto text = refusal(model, file);
  EXPECT_NE(text.find("bert.pooler.dense.bias"), std::string::npos) << text;
  EXPECT_NE(text.find("bert.embeddings.LayerNorm.bias"), std::string::npos) << text;
}

TEST(SaveWeights, WritesWhatLoadWeightsReads) {
  const Bert model(kSmall, 2);
  const File file(model);
  const TempDir folder;
  save_weights(folder / "model.safetensors", file.arena, {});
  Weights read(model.layout(), at::kCPU);
  EXPECT_TRUE(load_weights(folder / "model.safetensors", model.file_names(), read).empty());
  EXPECT_TRUE(equal(read, file.arena));
}

TEST(Initialise, GivesAHeadTheValuesItWouldHaveAmongAll) {
  const Bert model(kSmall, 2);
  Weights all(model.layout(), at::kCPU), head(model.layout(), at::kCPU);
  initialise(all, 5);
  head.values().copy_(all.values());
  const auto number = model.layout()->leaves().size() - 2;
  at::Tensor(head[number]).detach().zero_();
  initialise(head, 5, std::vector<std::string>{"classifier.weight"});
  EXPECT_TRUE(equal(head, all));
}
