// SPDX-License-Identifier: Apache-2.0
#include "model/clip_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/layer_norm.h>

#include <cmath>

#include "model/products.hpp"

namespace stockpot::model {
namespace {

enum FixedLeaf : std::size_t { kToken, kPosition, kNorm, kNormBias, kProjection, kScale };

}  // namespace

ClipText::ClipText(const ClipShape& s) : shape_(s) {
  const auto w = s.text.width;
  const std::string tower = "text_model.";
  std::vector<Leaf> leaves = {
      {{tower + "embeddings.token_embedding.weight"}, {s.vocabulary, w}, Role::frozen, {}},
      {{tower + "embeddings.position_embedding.weight"}, {s.context, w}, Role::frozen, {}},
      {{tower + "final_layer_norm.weight"}, {w}, Role::frozen, {}},
      {{tower + "final_layer_norm.bias"}, {w}, Role::frozen, {}},
      {{"text_projection.weight"}, {s.projection, w}, Role::frozen, {}},
      {{"logit_scale"}, {}, Role::frozen, {}},
  };
  first_block_ = add_encoder(leaves, s.text, tower + "encoder.");
  for (auto& leaf : leaves) leaf.role = Role::frozen;
  layout_ = std::make_shared<const Layout>(std::move(leaves));
}

NameTable ClipText::file_names() const {
  return {.prefix = {},
          .endings = {},
          .ignored = {"vision_model.*", "visual_projection.weight", "zero_shot_head.weight",
                      "*.position_ids"}};
}

at::Tensor ClipText::features(const Weights& weights, const at::Tensor& ids) const {
  const at::NoGradGuard no_grad;
  const auto batch = ids.size(0), tokens = ids.size(1), width = shape_.text.width;
  const auto embedded =
      at::embedding(weights[kToken], ids) + weights[kPosition].narrow(0, 0, tokens);
  const auto hidden = encode(weights, first_block_, shape_.text, embedded);
  const auto ends =
      ids.argmax(1).view({batch, 1, 1}).expand({batch, 1, width});  // argmax: the first of equals
  const auto last = hidden.gather(1, ends).view({batch, width});
  return affine(
      at::layer_norm(last, {width}, weights[kNorm], weights[kNormBias], shape_.text.layer_norm_eps),
      weights[kProjection]);
}

double ClipText::scale(const Weights& weights) const {
  return std::exp(weights[kScale].item().toDouble());
}

}  // namespace stockpot::model
