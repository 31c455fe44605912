// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <memory>

#include "data/dataset.hpp"
#include "model/model.hpp"

namespace stockpot::train {

/// What a training makes small. Stateless; any number of engines may share one.
class Loss {
 public:
  virtual ~Loss() = default;

  /// The losses of the samples, added up: a scalar, with a graph where `logits` have one.
  ///
  /// logits  [B, classes], or [B, 1] for regression, fp32
  virtual at::Tensor summed(const at::Tensor& logits, const model::Inputs& inputs) const = 0;
};

/// The loss of the task: cross entropy of classes, squared error of numbers.
std::unique_ptr<const Loss> make_loss(const data::DataShape& shape);

}  // namespace stockpot::train
