// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/weights.hpp"

namespace stockpot::model {

enum class Activation {
  gelu,        ///< with the error function
  quick_gelu,  ///< x sigmoid(1.702 x): what CLIP was trained with
};

/// A stack of pre-LayerNorm transformer blocks: x += attention(LN x); x += MLP(LN x).
/// source: Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021, equations 1-4
struct EncoderShape {
  std::int64_t width, depth, heads, mlp_width;
  double layer_norm_eps;
  Activation activation = Activation::gelu;
  bool causal = false;  ///< a token sees itself and those before it
};

/// Appends the leaves of the blocks, named `<prefix>layers.<i>.self_attn.q_proj.weight` and so on
/// (Hugging Face's names for CLIP). Returns the number of the first one. Matrices are prunable, the
/// rest is trained.
std::size_t add_encoder(std::vector<Leaf>& leaves, const EncoderShape& shape,
                        const std::string& prefix);

/// Hidden states [B, T, width] after the blocks. first: what add_encoder returned.
at::Tensor encode(const Weights& weights, std::size_t first, const EncoderShape& shape,
                  at::Tensor hidden);

/// The patches of images [B, C, H, W], row by row, each as a patch embedding's weight [width, C,
/// patch, patch] reads it: [B, patches, C patch patch].
at::Tensor patches_of(const at::Tensor& pixels, std::int64_t patch);

}  // namespace stockpot::model
