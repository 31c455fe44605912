// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/clip_shape.hpp"
#include "model/model.hpp"

namespace stockpot::model {

/// The image tower of CLIP, whole, with a head for `classes` classes.
///
/// Trained is all of the tower; prunable are query, key, value, attention output and both MLP
/// matrices of its blocks: 84,934,656 weights for ViT-B/32 (methods.md 1.1). Names are Hugging
/// Face's CLIPModel. source: Radford et al., ICML 2021; head and protocol: methods.md 5.3, as in
/// PAINT and the ISP code
class Clip final : public Model {
 public:
  enum class Head {
    /// Frozen, [classes, projection]: exp(logit_scale) times the normalised text feature of each
    /// class (model/clip_head.hpp).
    /// logits = head . feature / |feature|
    text,
    /// Trained, random at the start, on the normalised class token [width] before the projection,
    /// which is left out.
    linear,
  };

  Clip(const ClipShape& shape, std::int64_t classes, Head head);

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }
  NameTable file_names() const override;
  /// The normalised image feature [B, projection]; for a linear head, the class token [B, width].
  at::Tensor features(const Weights& weights, const Inputs& inputs,
                      const Pass& pass) const override;
  at::Tensor head(const Weights& weights, const at::Tensor& features) const override;
  ForwardCost forward_cost(const data::BatchShape& batch) const override;
  bool derive(const WeightsSource& source, const std::string& name,
              Weights& weights) const override;
  void check_derive(const WeightsSource& source, const std::string& name) const override;

  /// Image features [B, projection], not normalised; for a linear head, the class token [B, width].
  at::Tensor image_features(const Weights& weights, const at::Tensor& pixels) const;

 private:
  ClipShape shape_;
  std::int64_t classes_;
  Head head_;
  std::size_t first_block_ = 0;
  std::shared_ptr<const Layout> layout_;
};

/// model.name = clip_vit_b_32: sizes from config.json, head from the text tower.
std::unique_ptr<const Model> make_clip(const config::ModelConfig& config,
                                       const data::DataShape& shape);
/// model.name = vit_b_32: the same tower with a linear head.
std::unique_ptr<const Model> make_clip_tower(const config::ModelConfig& config,
                                             const data::DataShape& shape);

}  // namespace stockpot::model
