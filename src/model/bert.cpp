// SPDX-License-Identifier: Apache-2.0
// x = LN(word + position + type);  per block: x = LN(x + attention(x)), x = LN(x +
// down(gelu(up(x)))); pooled = tanh(dense(x[first token]));  logits = head(pooled).
#include "model/bert.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/tanh.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "model/attention.hpp"
#include "model/products.hpp"

namespace stockpot::model {
namespace {

enum EmbeddingLeaf : std::size_t { kWord, kPosition, kType, kNorm, kNormBias, kFirstBlock };

/// Leaves of one block, in the order add_block appends them; attend() wants the first four so.
enum BlockLeaf : std::size_t {
  kQkv,
  kQkvBias,
  kOut,
  kOutBias,
  kNorm1,
  kNorm1Bias,
  kUp,
  kUpBias,
  kDown,
  kDownBias,
  kNorm2,
  kNorm2Bias,
  kLeavesPerBlock
};

constexpr Init kZeros{}, kOnes{Init::Kind::ones};

// sites of dropout: embeddings, what the head sees, then three per block
constexpr DropoutSite kEmbeddingSite{DropoutSite::Kind::hidden, 0},
    kClassifierSite{DropoutSite::Kind::classifier, 1};
constexpr std::uint32_t kFirstBlockSite = 2;

void add_dense(std::vector<Leaf>& leaves, const std::vector<std::string>& layers, std::int64_t rows,
               std::int64_t columns, Init init, Role role = Role::prunable, bool is_head = false) {
  Leaf weight{
      .names = {}, .shape = {rows, columns}, .role = role, .init = init, .is_head = is_head};
  Leaf bias{
      .names = {}, .shape = {rows}, .role = Role::trained, .init = kZeros, .is_head = is_head};
  for (const auto& layer : layers) {
    weight.names.push_back(layer + ".weight");
    bias.names.push_back(layer + ".bias");
  }
  leaves.push_back(std::move(weight));
  leaves.push_back(std::move(bias));
}

void add_norm(std::vector<Leaf>& leaves, const std::string& name, std::int64_t width) {
  leaves.push_back({{name + ".weight"}, {width}, Role::trained, kOnes});
  leaves.push_back({{name + ".bias"}, {width}, Role::trained, kZeros});
}

void add_block(std::vector<Leaf>& leaves, const BertShape& s, const std::string& layer,
               Init normal) {
  const std::string self = layer + "attention.self.", out = layer + "attention.output.";
  add_dense(leaves, {self + "query", self + "key", self + "value"}, 3 * s.width, s.width, normal);
  add_dense(leaves, {out + "dense"}, s.width, s.width, normal);
  add_norm(leaves, out + "LayerNorm", s.width);
  add_dense(leaves, {layer + "intermediate.dense"}, s.mlp_width, s.width, normal);
  add_dense(leaves, {layer + "output.dense"}, s.width, s.mlp_width, normal);
  add_norm(leaves, layer + "output.LayerNorm", s.width);
}

}  // namespace

Bert::Bert(const BertShape& s, std::int64_t classes)
    : shape_(s), rows_(std::max<std::int64_t>(classes, 1)) {
  const Init normal{Init::Kind::normal, s.deviation};
  const std::string embeddings = "bert.embeddings.";
  std::vector<Leaf> leaves = {
      {{embeddings + "word_embeddings.weight"}, {s.vocabulary, s.width}, Role::trained, normal},
      {{embeddings + "position_embeddings.weight"}, {s.positions, s.width}, Role::trained, normal},
      {{embeddings + "token_type_embeddings.weight"}, {s.types, s.width}, Role::trained, normal},
  };
  add_norm(leaves, embeddings + "LayerNorm", s.width);
  for (std::int64_t i = 0; i < s.depth; ++i)
    add_block(leaves, s, fmt::format("bert.encoder.layer.{}.", i), normal);
  pooler_ = leaves.size();
  if (s.pooler) add_dense(leaves, {"bert.pooler.dense"}, s.width, s.width, normal);
  head_ = leaves.size();
  add_dense(leaves, {"classifier"}, rows_, s.width, normal, Role::trained, true);
  layout_ = std::make_shared<const Layout>(std::move(leaves));
}

NameTable Bert::file_names() const {
  return {.prefix = "bert.",
          .endings = {{".gamma", ".weight"}, {".beta", ".bias"}},
          .ignored = {"cls.*", "*embeddings.position_ids"}};
}

at::Tensor Bert::normalise(const Weights& weights, std::size_t norm, const at::Tensor& x) const {
  return at::layer_norm(x, {shape_.width}, weights[norm], weights[norm + 1], shape_.layer_norm_eps);
}

at::Tensor Bert::embed(const Weights& weights, const Inputs& inputs) const {
  const auto tokens = inputs.token_ids.size(1);
  expect(tokens <= shape_.positions, "a text is longer than the model has positions");
  const auto sum = at::embedding(weights[kWord], inputs.token_ids) +
                   at::embedding(weights[kType], inputs.token_types) +
                   weights[kPosition].narrow(0, 0, tokens);
  return normalise(weights, kNorm, sum);
}

BertStates Bert::states(const Weights& weights, const Inputs& inputs, const Pass& pass) const {
  const auto batch = inputs.token_ids.size(0), tokens = inputs.token_ids.size(1);
  const auto counts = at::arange(tokens, inputs.lengths.options())
                          .lt(inputs.lengths.unsqueeze(1))
                          .view({batch, 1, 1, tokens});
  const auto drop = [&](const DropoutSite& site, const at::Tensor& activations) {
    return pass.dropout ? (*pass.dropout)(site, activations) : activations;
  };
  auto site = kFirstBlockSite;
  auto x = drop(kEmbeddingSite, embed(weights, inputs));
  for (std::size_t block = kFirstBlock; block < pooler_; block += kLeavesPerBlock) {
    const DropoutSite probabilities{DropoutSite::Kind::attention, site++},
        attended{DropoutSite::Kind::hidden, site++}, transformed{DropoutSite::Kind::hidden, site++};
    const auto drop_probabilities = [&](const at::Tensor& p) { return drop(probabilities, p); };
    const auto attention =
        pass.dropout ? attend(weights, block + kQkv, shape_.heads, x, counts, drop_probabilities)
                     : attend(weights, block + kQkv, shape_.heads, x, counts);
    x = normalise(weights, block + kNorm1, x + drop(attended, attention));
    const auto up = at::gelu(affine(x, weights[block + kUp], weights[block + kUpBias]));
    const auto down = affine(up, weights[block + kDown], weights[block + kDownBias]);
    x = normalise(weights, block + kNorm2, x + drop(transformed, down));
  }
  const auto first = x.select(1, 0);
  return {x, pooler_ == head_ ? first
                              : at::tanh(affine(first, weights[pooler_], weights[pooler_ + 1]))};
}

at::Tensor Bert::features(const Weights& weights, const Inputs& inputs, const Pass& pass) const {
  const auto pooled = states(weights, inputs, pass).pooled;
  return pass.dropout ? (*pass.dropout)(kClassifierSite, pooled) : pooled;
}

at::Tensor Bert::head(const Weights& weights, const at::Tensor& features) const {
  return affine(features, weights[head_], weights[head_ + 1]).to(at::kFloat);
}

ForwardCost Bert::forward_cost(const data::BatchShape& batch) const {
  const auto padded = batch.samples * batch.tokens;
  const auto attention = shape_.depth * attention_flops(shape_.width, batch.tokens);
  ForwardCost cost{.other_flops = batch.samples * (attention + 2 * rows_ * shape_.width),
                   .positions = {}};
  const auto& leaves = layout_->leaves();
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (leaves[i].role == Role::prunable)
      cost.positions.push_back(i < pooler_ ? padded : batch.samples);
  return cost;
}

std::unique_ptr<const Model> make_bert(const config::ModelConfig& config,
                                       const data::DataShape& data) {
  if (data.vocabulary == 0)
    throw ConfigError("model.name bert needs texts", "the data set holds images",
                      "choose another model or data.name");
  const auto shape = bert_shape(config);
  if (data.vocabulary > shape.vocabulary)
    throw ConfigError(fmt::format("the vocabulary has {} tokens", data.vocabulary),
                      fmt::format("the model knows {}", shape.vocabulary),
                      "name the model's own by model.vocab");
  if (data.tokens > shape.positions)
    throw ConfigError(fmt::format("data.max_length {} is more than the {} positions of the model",
                                  data.tokens, shape.positions),
                      "", "lower it");
  return std::make_unique<Bert>(shape, data.classes);
}

}  // namespace stockpot::model
