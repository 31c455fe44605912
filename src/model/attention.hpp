// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "model/weights.hpp"

namespace stockpot::model {

/// Multi-head self-attention with its output projection: [B, T, width] -> [B, T, width].
///
/// first    number of the leaf of stacked query, key, value; their bias, the output matrix and its
///          bias follow
/// allowed  bool, broadcast to [B, heads, T, T]: which keys (last dimension) a query sees;
///          undefined: all
/// drop     what is done to the probabilities [B, heads, T, T]; empty: nothing
at::Tensor attend(const Weights& weights, std::size_t first, std::int64_t heads,
                  const at::Tensor& x, const at::Tensor& allowed = {},
                  const std::function<at::Tensor(const at::Tensor&)>& drop = {});

/// FLOPs of q k^T and of the weighted sum of v for one sample of `tokens` tokens: 2 products of T x
/// T x width, multiply and add counted apart. The projections are not in it.
std::int64_t attention_flops(std::int64_t width, std::int64_t tokens);

}  // namespace stockpot::model
