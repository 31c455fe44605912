// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/clip_shape.hpp"
#include "model/name_table.hpp"
#include "model/weights.hpp"

namespace stockpot::model {

/// The text tower of CLIP, never trained: it lives as long as class prompts are encoded. Names are
/// Hugging Face's CLIPModel. source: Radford et al., ICML 2021; methods.md 6.2
class ClipText {
 public:
  explicit ClipText(const ClipShape& shape);

  const std::shared_ptr<const Layout>& layout() const { return layout_; }
  NameTable file_names() const;

  /// Text features [B, projection], not normalised. ids: [B, T] int64, T at most the context; what
  /// a text is ends at the first occurrence of its highest id, which is the end token; because
  /// attention is causal, padding behind it changes nothing.
  at::Tensor features(const Weights& weights, const at::Tensor& ids) const;

  /// exp(logit_scale).
  double scale(const Weights& weights) const;

 private:
  ClipShape shape_;
  std::size_t first_block_ = 0;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace stockpot::model
