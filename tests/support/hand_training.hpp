// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/model.hpp"
#include "train/gradient.hpp"
#include "train/optimizer.hpp"

namespace stockpot::test {

/// A network that a test trains by hand: all weights kept, nothing clipped, fp32.
class HandTraining {
 public:
  HandTraining(const model::Model& model, model::Weights& weights, const data::DataShape& shape)
      : model_(model),
        weights_(weights),
        shape_(shape),
        loss_(train::make_loss(shape)),
        gradients(weights),
        mask_(std::make_shared<const mask::Mask>(mask::Mask::all(weights.layout().prunable())),
              weights.layout().trained(), weights.device()),
        moments_(train::fresh_moments(mask_, {})) {}

  /// Set the gradients to that of `scale` times the summed loss of `batch`.
  void gradient(const data::Batch& batch, double scale) {
    gradients.clear();
    train::add_gradient({model_, weights_, train::Precision::fp32}, *loss_, batch, shape_, scale,
                        gradients);
  }

  void step(double lr, double weight_decay) {
    config::TrainConfig config;
    config.clip_norm = 0;
    train::make_optimizer(config)->step(weights_, gradients, moments_, mask_,
                                        {.lr = lr, .weight_decay = weight_decay});
  }

 private:
  const model::Model& model_;
  model::Weights& weights_;
  data::DataShape shape_;
  std::unique_ptr<const train::Loss> loss_;

 public:
  model::Gradients gradients;

 private:
  train::PlacedMask mask_;
  train::Moments moments_;
};

}  // namespace stockpot::test
