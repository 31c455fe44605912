// SPDX-License-Identifier: Apache-2.0
#include "bench/eager_vit.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace stockpot::bench {

constexpr double kLayerNormEps = 1e-6;

EagerVit::EagerVit(const config::RunConfig& config, const model::Weights& weights)
    : Eager(config.train, weights),
      model_(config.model),
      patch_(affine("embeddings.patch_embedding")),
      norm_(affine("post_layernorm")),
      head_(affine("head")),
      class_token_(parameter("embeddings.class_embedding")),
      position_(parameter("embeddings.position_embedding.weight")) {
  for (std::int64_t i = 0; i < model_.depth; ++i) {
    const std::string layer = fmt::format("encoder.layers.{}", i);
    blocks_.push_back({affine(layer + ".self_attn.q_proj"), affine(layer + ".self_attn.out_proj"),
                       affine(layer + ".layer_norm1"), affine(layer + ".mlp.fc1"),
                       affine(layer + ".mlp.fc2"), affine(layer + ".layer_norm2")});
  }
}

at::Tensor EagerVit::forward(const model::Inputs& inputs) const {
  const auto& pixels = inputs.pixels;
  const auto batch = pixels.size(0), channels = pixels.size(1), width = model_.width,
             side = model_.patch;
  const auto norm = [&](const at::Tensor& x, const Affine& a) {
    return at::layer_norm(x, {width}, a.weight, a.bias, kLayerNormEps);
  };
  const auto kernel = patch_.weight.view({width, channels, side, side});
  const auto patches =
      at::conv2d(pixels, kernel, patch_.bias, {side, side}).flatten(2).transpose(1, 2);
  auto x = at::cat({class_token_.expand({batch, 1, width}), patches}, 1) + position_;
  for (const auto& block : blocks_) {
    x = x + attend(block, model_.heads, norm(x, block.norm1), {});
    x = x + transform(block, norm(x, block.norm2));
  }
  return at::linear(norm(x.select(1, 0), norm_), head_.weight, head_.bias);
}

}  // namespace stockpot::bench
