// SPDX-License-Identifier: Apache-2.0
#include "model/vit.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/layer_norm.h>
#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "model/attention.hpp"
#include "model/products.hpp"
#include "model/transformer.hpp"

namespace stockpot::model {
namespace {

class Vit final : public Model {
 public:
  Vit(const config::ModelConfig& c, const data::DataShape& s)
      : encoder_{c.width, c.depth, c.heads, c.mlp_width, 1e-6},
        patch_(c.patch),
        channels_(s.channels),
        rows_(s.height / c.patch),
        columns_(s.width / c.patch),
        classes_(s.classes) {
    std::vector<Leaf> leaves(kFixedLeaves);
    const Init normal{Init::Kind::normal}, ones{Init::Kind::ones}, zeros{};
    leaves[kPatch] = {{"embeddings.patch_embedding.weight"},
                      {c.width, pixels_per_patch()},
                      Role::trained,
                      normal};
    leaves[kPatchBias] = {{"embeddings.patch_embedding.bias"}, {c.width}, Role::trained, zeros};
    leaves[kClassToken] = {{"embeddings.class_embedding"}, {c.width}, Role::trained, normal};
    leaves[kPosition] = {
        {"embeddings.position_embedding.weight"}, {tokens(), c.width}, Role::trained, normal};
    leaves[kNorm] = {{"post_layernorm.weight"}, {c.width}, Role::trained, ones};
    leaves[kNormBias] = {{"post_layernorm.bias"}, {c.width}, Role::trained, zeros};
    leaves[kHead] = {{"head.weight"}, {classes_, c.width}, Role::trained, normal, true};
    leaves[kHeadBias] = {{"head.bias"}, {classes_}, Role::trained, zeros, true};
    first_block_ = add_encoder(leaves, encoder_, "encoder.");
    layout_ = std::make_shared<const Layout>(std::move(leaves));
  }

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }

  at::Tensor features(const Weights& weights, const Inputs& inputs, const Pass&) const override {
    const auto batch = inputs.pixels.size(0), width = encoder_.width;
    const auto embedded =
        affine(patches_of(inputs.pixels, patch_), weights[kPatch], weights[kPatchBias]);
    const auto hidden =
        at::cat({weights[kClassToken].expand({batch, 1, width}), embedded}, 1) + weights[kPosition];
    const auto encoded = encode(weights, first_block_, encoder_, hidden).select(1, 0);
    return at::layer_norm(encoded, {width}, weights[kNorm], weights[kNormBias],
                          encoder_.layer_norm_eps);
  }

  at::Tensor head(const Weights& weights, const at::Tensor& features) const override {
    return affine(features, weights[kHead], weights[kHeadBias]).to(at::kFloat);
  }

  ForwardCost forward_cost(const data::BatchShape& batch) const override {
    const auto products = rows_ * columns_ * pixels_per_patch() * encoder_.width +
                          classes_ * encoder_.width;  // patches, head
    const auto attention = encoder_.depth * attention_flops(encoder_.width, tokens());
    ForwardCost cost{.other_flops = batch.samples * (2 * products + attention), .positions = {}};
    for (const auto& leaf : layout_->leaves())
      if (leaf.role == Role::prunable) cost.positions.push_back(batch.samples * tokens());
    return cost;
  }

 private:
  enum FixedLeaf : std::size_t {
    kPatch,
    kPatchBias,
    kClassToken,
    kPosition,
    kNorm,
    kNormBias,
    kHead,
    kHeadBias,
    kFixedLeaves
  };

  std::int64_t pixels_per_patch() const { return channels_ * patch_ * patch_; }
  std::int64_t tokens() const { return rows_ * columns_ + 1; }

  EncoderShape encoder_;
  std::int64_t patch_, channels_, rows_, columns_, classes_;
  std::size_t first_block_ = 0;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace

namespace {

/// Patches that divide the images, as text.
std::string fitting_patches(const data::DataShape& s) {
  std::string text;
  const auto side = std::gcd(s.height, s.width);
  for (std::int64_t patch = 1; patch <= side; ++patch)
    if (side % patch == 0) text += (text.empty() ? "" : ", ") + std::to_string(patch);
  return text;
}

/// The patch side that the settings name, or the usual one for the size of the images.
std::int64_t patch_for(const config::ModelConfig& c, const data::DataShape& s) {
  if (c.patch > 0) return c.patch;
  for (const auto& [side, patch] : {std::pair{28, 7}, {32, 4}, {64, 8}})
    if (s.height == side && s.width == side) return patch;
  throw ConfigError("model.patch 0 knows no patch for these images",
                    fmt::format("{} x {} pixels", s.height, s.width),
                    "set model.patch to one that fits: " + fitting_patches(s));
}

}  // namespace

std::unique_ptr<const Model> make_vit(const config::ModelConfig& c, const data::DataShape& s) {
  if (s.height == 0 || s.classes == 0)
    throw ConfigError("model.name vit_tiny needs images with class labels", "the data set has none",
                      "choose another model or data.name");
  auto resolved = c;
  resolved.patch = patch_for(c, s);
  if (s.height % resolved.patch != 0 || s.width % resolved.patch != 0)
    throw ConfigError(fmt::format("model.patch {} does not divide the images", c.patch),
                      fmt::format("{} x {} pixels", s.height, s.width),
                      "those that fit: " + fitting_patches(s));
  return std::make_unique<Vit>(resolved, s);
}

}  // namespace stockpot::model
