#include "model/transformer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

namespace stockpot::model {
namespace {

/// Leaves of one block, in the order add_encoder appends them.
enum BlockLeaf : std::size_t { kQkv, kQkvBias, kOut, kOutBias, kNorm1, kNorm1Bias, kUp, kUpBias, kDown, kDownBias, kNorm2, kNorm2Bias, kLeavesPerBlock };

at::Tensor attention(const Arena& arena, std::size_t block, std::int64_t heads, const at::Tensor& x) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
  const auto qkv = at::linear(x, arena[block + kQkv], arena[block + kQkvBias]).view({batch, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
  const auto mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape({batch, tokens, width});
  return at::linear(mixed, arena[block + kOut], arena[block + kOutBias]);
}

}  // namespace

std::size_t add_encoder(std::vector<Leaf>& leaves, const EncoderShape& s, const std::string& prefix) {
  const std::size_t first = leaves.size();
  const auto w = s.width;
  const Init normal{Init::Kind::normal}, ones{Init::Kind::ones}, zeros{};
  for (std::int64_t i = 0; i < s.depth; ++i) {
    const std::string layer = prefix + "layers." + std::to_string(i) + ".", attention = layer + "self_attn.", mlp = layer + "mlp.";
    leaves.push_back({{attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight"}, {3 * w, w}, Role::prunable, normal});
    leaves.push_back({{attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias"}, {3 * w}, Role::trained, zeros});
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

at::Tensor encode(const Arena& arena, std::size_t first, const EncoderShape& s, at::Tensor x) {
  for (std::int64_t i = 0; i < s.depth; ++i) {
    const std::size_t block = first + static_cast<std::size_t>(i) * kLeavesPerBlock;
    const auto norm1 = at::layer_norm(x, {s.width}, arena[block + kNorm1], arena[block + kNorm1Bias], s.layer_norm_eps);
    x = x + attention(arena, block, s.heads, norm1);
    const auto norm2 = at::layer_norm(x, {s.width}, arena[block + kNorm2], arena[block + kNorm2Bias], s.layer_norm_eps);
    const auto up = at::gelu(at::linear(norm2, arena[block + kUp], arena[block + kUpBias]));
    x = x + at::linear(up, arena[block + kDown], arena[block + kDownBias]);
  }
  return x;
}

double attention_flops(const EncoderShape& s, std::int64_t tokens) {
  // q k^T and the weighted sum of v: 2 products of T x T x width, multiply and add counted apart
  return 4.0 * static_cast<double>(tokens) * static_cast<double>(tokens) * static_cast<double>(s.width) * static_cast<double>(s.depth);
}

}  // namespace stockpot::model
