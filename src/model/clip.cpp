// SPDX-License-Identifier: Apache-2.0
// hidden = LN([class token; patches] + positions);  hidden = blocks(hidden);  f =
// projection(LN(hidden[class token])); logits = head . f / |f|, where the head is exp(logit_scale)
// times the normalised text features of the classes.
#include "model/clip.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/layer_norm.h>
#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "model/attention.hpp"
#include "model/clip_head.hpp"
#include "model/products.hpp"

namespace stockpot::model {
namespace {

enum FixedLeaf : std::size_t {
  kClassToken,
  kPatch,
  kPosition,
  kPreNorm,
  kPreNormBias,
  kPostNorm,
  kPostNormBias,
  kHead,
  kHeadBias,
  kProjection = kHeadBias
};
constexpr const char* kTextHead = "zero_shot_head.weight";
constexpr double kUsualScale = 100;  // exp(logit_scale) of the published models

void check(const ClipShape& clip, const data::DataShape& s, const std::string& name) {
  if (s.height == 0 || s.classes == 0)
    throw ConfigError("model.name " + name + " needs images with class labels",
                      "the data set has none", "choose another model or data.name");
  if (s.channels != 3 || s.height != clip.side || s.width != clip.side)
    throw ConfigError(fmt::format("model.name {} sees colour images of {} x {} pixels", name,
                                  clip.side, clip.side),
                      fmt::format("the data gives {} x {} x {}", s.channels, s.height, s.width));
}

}  // namespace

Clip::Clip(const ClipShape& s, std::int64_t classes, Head head)
    : shape_(s), classes_(classes), head_(head) {
  const auto w = s.vision.width;
  const Init normal{Init::Kind::normal}, ones{Init::Kind::ones}, zeros{};
  const std::string tower = "vision_model.";
  std::vector<Leaf> leaves = {
      {{tower + "embeddings.class_embedding"}, {w}, Role::trained, normal},
      {{tower + "embeddings.patch_embedding.weight"},
       {w, 3, s.patch, s.patch},
       Role::trained,
       normal},
      {{tower + "embeddings.position_embedding.weight"},
       {s.patches() + 1, w},
       Role::trained,
       normal},
      {{tower + "pre_layrnorm.weight"},
       {w},
       Role::trained,
       ones},  // the misspelling is Hugging Face's
      {{tower + "pre_layrnorm.bias"}, {w}, Role::trained, zeros},
      {{tower + "post_layernorm.weight"}, {w}, Role::trained, ones},
      {{tower + "post_layernorm.bias"}, {w}, Role::trained, zeros},
  };
  if (head == Head::text) {
    const Init unit_rows{Init::Kind::normal,
                         kUsualScale / std::sqrt(static_cast<double>(s.projection))};
    leaves.push_back({{kTextHead}, {classes, s.projection}, Role::frozen, unit_rows, true});
    leaves.push_back({{"visual_projection.weight"}, {s.projection, w}, Role::trained, normal});
  } else {
    leaves.push_back({{"head.weight"}, {classes, w}, Role::trained, normal, true});
    leaves.push_back({{"head.bias"}, {classes}, Role::trained, zeros, true});
  }
  first_block_ = add_encoder(leaves, s.vision, tower + "encoder.");
  layout_ = std::make_shared<const Layout>(std::move(leaves));
}

NameTable Clip::file_names() const {
  NameTable table{
      .prefix = {},
      .endings = {},
      .ignored = {"text_model.*", "text_projection.weight", "logit_scale", "*.position_ids"}};
  if (head_ == Head::linear)
    table.ignored.insert(table.ignored.end(), {"visual_projection.weight", kTextHead});
  return table;
}

at::Tensor Clip::image_features(const Weights& weights, const at::Tensor& pixels) const {
  const auto batch = pixels.size(0), width = shape_.vision.width;
  const double eps = shape_.vision.layer_norm_eps;
  const auto patches = affine(patches_of(pixels, shape_.patch), weights[kPatch].flatten(1));
  const auto embedded =
      at::cat({weights[kClassToken].expand({batch, 1, width}).to(patches.scalar_type()), patches},
              1) +
      weights[kPosition];
  const auto hidden =
      encode(weights, first_block_, shape_.vision,
             at::layer_norm(embedded, {width}, weights[kPreNorm], weights[kPreNormBias], eps));
  const auto token =
      at::layer_norm(hidden.select(1, 0), {width}, weights[kPostNorm], weights[kPostNormBias], eps);
  return head_ == Head::text ? affine(token, weights[kProjection]) : token;
}

at::Tensor Clip::features(const Weights& weights, const Inputs& inputs, const Pass&) const {
  auto f = image_features(weights, inputs.pixels);
  if (head_ == Head::linear) return f;
  const auto direction = f.to(at::kFloat);
  return direction / direction.norm(2, {1}, true);
}

at::Tensor Clip::head(const Weights& weights, const at::Tensor& features) const {
  const auto bias = head_ == Head::linear ? weights[kHeadBias] : at::Tensor();
  return affine(features, weights[kHead], bias).to(at::kFloat);
}

ForwardCost Clip::forward_cost(const data::BatchShape& batch) const {
  const auto tokens = shape_.patches() + 1;
  const auto& leaves = layout_->leaves();
  auto products = shape_.patches() * leaves[kPatch].size() + leaves[kHead].size();
  if (head_ == Head::text) products += leaves[kProjection].size();
  const auto attention = shape_.vision.depth * attention_flops(shape_.vision.width, tokens);
  ForwardCost cost{.other_flops = batch.samples * (2 * products + attention), .positions = {}};
  for (const auto& leaf : leaves)
    if (leaf.role == Role::prunable) cost.positions.push_back(batch.samples * tokens);
  return cost;
}

bool Clip::derive(const WeightsSource& source, const std::string& name, Weights& weights) const {
  if (name != kTextHead) return false;
  const at::NoGradGuard no_grad;
  weights.values()
      .narrow(0, layout_->leaves()[kHead].offset, classes_ * shape_.projection)
      .copy_(class_prompt_head(shape_, source).flatten());
  return true;
}

void Clip::check_derive(const WeightsSource& source, const std::string& name) const {
  if (name == kTextHead) check_class_prompt_head(shape_, source);
}

std::unique_ptr<const Model> make_clip(const config::ModelConfig& config,
                                       const data::DataShape& shape) {
  const auto clip = clip_shape(config);
  check(clip, shape, config.name);
  return std::make_unique<Clip>(clip, shape.classes, Clip::Head::text);
}

std::unique_ptr<const Model> make_clip_tower(const config::ModelConfig& config,
                                             const data::DataShape& shape) {
  const auto clip = clip_shape(config);
  check(clip, shape, config.name);
  return std::make_unique<Clip>(clip, shape.classes, Clip::Head::linear);
}

}  // namespace stockpot::model
