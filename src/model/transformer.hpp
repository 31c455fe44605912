#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/arena.hpp"

namespace stockpot::model {

/// A stack of pre-LayerNorm transformer blocks: x += attention(LN x); x += MLP(LN x).
/// source: Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021, equations 1-4
struct EncoderShape {
  std::int64_t width, depth, heads, mlp_width;
  double layer_norm_eps;
};

/// Appends the leaves of the blocks, named `<prefix>layers.<i>.self_attn.q_proj.weight` and so on (Hugging Face's names for CLIP).
/// Returns the number of the first one. Matrices are prunable, the rest is trained.
std::size_t add_encoder(std::vector<Leaf>& leaves, const EncoderShape& shape, const std::string& prefix);

/// Hidden states [B, T, width] after the blocks. first: what add_encoder returned.
at::Tensor encode(const Arena& arena, std::size_t first, const EncoderShape& shape, at::Tensor hidden);

}  // namespace stockpot::model
