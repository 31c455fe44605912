// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bench/eager.hpp"
#include "model/bert_shape.hpp"

namespace stockpot::bench {

/// The text encoder of model/bert.hpp with its pooler; it computes the same padded batch.
class EagerBert final : public Eager {
 public:
  /// Starts from the weights of `weights`, whose model has this shape.
  EagerBert(const config::TrainConfig& train, const model::BertShape& shape,
            const model::Weights& weights);

 private:
  at::Tensor forward(const model::Inputs& inputs) const override;

  model::BertShape shape_;
  at::Tensor word_, position_, type_;
  Affine norm_, pooler_, head_;
  std::vector<Block> blocks_;
};

}  // namespace stockpot::bench
