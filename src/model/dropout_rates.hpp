// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot::model {

/// Fractions of activations that a model drops in training, each in [0, 1).
struct DropoutRates {
  double hidden = 0;      ///< of embeddings and of what attention and MLP add
  double attention = 0;   ///< of attention probabilities
  double classifier = 0;  ///< of what the head sees
  bool operator==(const DropoutRates&) const = default;
};

}  // namespace stockpot::model
