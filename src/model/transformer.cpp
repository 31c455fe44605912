// SPDX-License-Identifier: Apache-2.0
#include "model/transformer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sigmoid.h>
#include <fmt/format.h>

#include "model/attention.hpp"
#include "model/products.hpp"

namespace stockpot::model {
namespace {

/// Leaves of one block, in the order add_encoder appends them; attend() wants the first four so.
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

at::Tensor activated(const at::Tensor& x, Activation activation) {
  return activation == Activation::gelu ? at::gelu(x) : x * at::sigmoid(1.702 * x);
}

}  // namespace

std::size_t add_encoder(std::vector<Leaf>& leaves, const EncoderShape& s,
                        const std::string& prefix) {
  const std::size_t first = leaves.size();
  const auto w = s.width;
  const Init normal{Init::Kind::normal}, ones{Init::Kind::ones}, zeros{};
  for (std::int64_t i = 0; i < s.depth; ++i) {
    const std::string layer = fmt::format("{}layers.{}.", prefix, i),
                      attention = layer + "self_attn.", mlp = layer + "mlp.";
    leaves.push_back(
        {{attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight"},
         {3 * w, w},
         Role::prunable,
         normal});
    leaves.push_back(
        {{attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias"},
         {3 * w},
         Role::trained,
         zeros});
    leaves.push_back({{attention + "out_proj.weight"}, {w, w}, Role::prunable, normal});
    leaves.push_back({{attention + "out_proj.bias"}, {w}, Role::trained, zeros});
    leaves.push_back({{layer + "layer_norm1.weight"}, {w}, Role::trained, ones});
    leaves.push_back({{layer + "layer_norm1.bias"}, {w}, Role::trained, zeros});
    leaves.push_back({{mlp + "fc1.weight"}, {s.mlp_width, w}, Role::prunable, normal});
    leaves.push_back({{mlp + "fc1.bias"}, {s.mlp_width}, Role::trained, zeros});
    leaves.push_back({{mlp + "fc2.weight"}, {w, s.mlp_width}, Role::prunable, normal});
    leaves.push_back({{mlp + "fc2.bias"}, {w}, Role::trained, zeros});
    leaves.push_back({{layer + "layer_norm2.weight"}, {w}, Role::trained, ones});
    leaves.push_back({{layer + "layer_norm2.bias"}, {w}, Role::trained, zeros});
  }
  return first;
}

at::Tensor encode(const Weights& weights, std::size_t first, const EncoderShape& s, at::Tensor x) {
  const auto tokens = x.size(1);
  const auto allowed =
      s.causal ? at::ones({tokens, tokens}, x.options().dtype(at::kBool)).tril() : at::Tensor();
  for (std::int64_t i = 0; i < s.depth; ++i) {
    const std::size_t block = first + static_cast<std::size_t>(i) * kLeavesPerBlock;
    const auto norm1 = at::layer_norm(x, {s.width}, weights[block + kNorm1],
                                      weights[block + kNorm1Bias], s.layer_norm_eps);
    x = x + attend(weights, block + kQkv, s.heads, norm1, allowed);
    const auto norm2 = at::layer_norm(x, {s.width}, weights[block + kNorm2],
                                      weights[block + kNorm2Bias], s.layer_norm_eps);
    const auto up =
        activated(affine(norm2, weights[block + kUp], weights[block + kUpBias]), s.activation);
    x = x + affine(up, weights[block + kDown], weights[block + kDownBias]);
  }
  return x;
}

at::Tensor patches_of(const at::Tensor& pixels, std::int64_t patch) {
  const auto batch = pixels.size(0), channels = pixels.size(1), rows = pixels.size(2) / patch,
             columns = pixels.size(3) / patch;
  return pixels.view({batch, channels, rows, patch, columns, patch})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({batch, rows * columns, channels * patch * patch});
}

}  // namespace stockpot::model
