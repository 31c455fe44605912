// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bench/eager.hpp"

namespace stockpot::bench {

/// The vision transformer of model/vit.hpp, with a convolution for the patches.
class EagerVit final : public Eager {
 public:
  /// Starts from the weights of `weights`, whose model was made by `config`.
  EagerVit(const config::RunConfig& config, const model::Weights& weights);

 private:
  at::Tensor forward(const model::Inputs& inputs) const override;

  config::ModelConfig model_;
  Affine patch_, norm_, head_;
  at::Tensor class_token_, position_;
  std::vector<Block> blocks_;
};

}  // namespace stockpot::bench
