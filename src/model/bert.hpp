// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/bert_shape.hpp"
#include "model/model.hpp"

namespace stockpot::model {

/// What BERT knows about a text before the head.
struct BertStates {
  at::Tensor
      hidden;  ///< [B, T, width], after the last block; rows beyond a text's length mean nothing
  at::Tensor pooled;  ///< [B, width]: tanh(dense(first token)), or the first token where there is
                      ///< no pooler
};

/// A post-LayerNorm transformer encoder over word pieces with a linear head for classification or
/// regression.
///
/// Prunable are query, key, value, the attention's output, both matrices of the MLP and, last, the
/// pooler; embeddings, norms, biases and head are not (methods.md 1.2, BERT-Tickets). A pass with
/// dropout drops after the embeddings' norm, of the attention probabilities, of what attention and
/// MLP add, and of the pooled output. source: Devlin et al., "BERT", NAACL 2019; names and forms of
/// Hugging Face's BertForSequenceClassification
class Bert final : public Model {
 public:
  /// classes: rows of the head; 0: regression, one row
  Bert(const BertShape& shape, std::int64_t classes);

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }
  NameTable file_names() const override;
  /// The pooled output, [B, width].
  at::Tensor features(const Weights& weights, const Inputs& inputs,
                      const Pass& pass) const override;
  at::Tensor head(const Weights& weights, const at::Tensor& features) const override;
  ForwardCost forward_cost(const data::BatchShape& batch) const override;

  std::optional<DropoutRates> own_dropout() const override { return shape_.dropout; }

  BertStates states(const Weights& weights, const Inputs& inputs, const Pass& pass = {}) const;

 private:
  at::Tensor embed(const Weights& weights, const Inputs& inputs) const;
  at::Tensor normalise(const Weights& weights, std::size_t norm, const at::Tensor& x) const;

  BertShape shape_;
  std::int64_t rows_;          // of the head
  std::size_t pooler_, head_;  // leaf numbers; pooler_ == head_: there is none
  std::shared_ptr<const Layout> layout_;
};

/// BERT of the configured sizes for texts of this shape.
/// throws ConfigError where the data holds no text, or longer texts or another vocabulary than the
/// model knows
std::unique_ptr<const Model> make_bert(const config::ModelConfig& config,
                                       const data::DataShape& shape);

}  // namespace stockpot::model
