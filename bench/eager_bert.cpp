// SPDX-License-Identifier: Apache-2.0
#include "bench/eager_bert.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace stockpot::bench {

EagerBert::EagerBert(const config::TrainConfig& train, const model::BertShape& shape,
                     const model::Weights& weights)
    : Eager(train, weights),
      shape_(shape),
      word_(parameter("bert.embeddings.word_embeddings.weight")),
      position_(parameter("bert.embeddings.position_embeddings.weight")),
      type_(parameter("bert.embeddings.token_type_embeddings.weight")),
      norm_(affine("bert.embeddings.LayerNorm")),
      pooler_(affine("bert.pooler.dense")),
      head_(affine("classifier")) {
  for (std::int64_t i = 0; i < shape.depth; ++i) {
    const std::string layer = fmt::format("bert.encoder.layer.{}.", i);
    blocks_.push_back(
        {affine(layer + "attention.self.query"), affine(layer + "attention.output.dense"),
         affine(layer + "attention.output.LayerNorm"), affine(layer + "intermediate.dense"),
         affine(layer + "output.dense"), affine(layer + "output.LayerNorm")});
  }
}

at::Tensor EagerBert::forward(const model::Inputs& inputs) const {
  const auto batch = inputs.token_ids.size(0), tokens = inputs.token_ids.size(1);
  const auto norm = [&](const at::Tensor& x, const Affine& a) {
    return at::layer_norm(x, {shape_.width}, a.weight, a.bias, shape_.layer_norm_eps);
  };
  const auto places = at::arange(tokens);
  const auto counts = places.lt(inputs.lengths.unsqueeze(1)).view({batch, 1, 1, tokens});
  auto x = norm(at::embedding(word_, inputs.token_ids) + at::embedding(type_, inputs.token_types) +
                    at::embedding(position_, places),
                norm_);
  for (const auto& block : blocks_) {
    x = norm(x + attend(block, shape_.heads, x, counts), block.norm1);
    x = norm(x + transform(block, x), block.norm2);
  }
  return at::linear(at::tanh(at::linear(x.select(1, 0), pooler_.weight, pooler_.bias)),
                    head_.weight, head_.bias);
}

}  // namespace stockpot::bench
