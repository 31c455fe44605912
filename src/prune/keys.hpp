// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <span>

#include "kernels/select.hpp"
#include "model/weights.hpp"

namespace stockpot::prune {

/// What weights are ranked by.
struct Keys {
  at::Tensor values;  ///< [P] fp32, finite, where the weights live
  kernels::Ranking ranking = kernels::Ranking::magnitude;
};

/// |w|: what the paper prunes by; a view of the weights.
Keys magnitude_of(const model::Weights& weights);

/// Add to `sum` [P], on the host, what the keys rank by: |key|, or the key where its sign counts.
void add_strength(const Keys& keys, std::span<float> sum);

}  // namespace stockpot::prune
