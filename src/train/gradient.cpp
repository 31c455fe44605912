// SPDX-License-Identifier: Apache-2.0
#include "train/gradient.hpp"

#include <ATen/TensorOperators.h>

namespace stockpot::train {

void add_gradient(const Network& network, const Loss& loss, const data::Batch& batch,
                  const data::DataShape& shape, double scale, model::Gradients& gradients,
                  const model::Dropout* dropout) {
  const auto device = network.weights.device();
  const auto inputs = model::to_inputs(batch, shape, device);
  at::Tensor logits;
  {
    const PrecisionScope scope(network.precision, device.type());
    logits = network.model.forward(
        network.weights, inputs,
        {.training = true, .share = scale * static_cast<double>(batch.size), .dropout = dropout});
  }
  const auto scaled = loss.summed(logits, inputs) * scale;
  scaled.backward();
  gradients.add_loss(scaled);
}

}  // namespace stockpot::train
