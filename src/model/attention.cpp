// SPDX-License-Identifier: Apache-2.0
#include "model/attention.hpp"

#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

namespace stockpot::model {

at::Tensor attend(const Weights& weights, std::size_t first, std::int64_t heads,
                  const at::Tensor& x, const at::Tensor& allowed) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
  const auto qkv = at::linear(x, weights[first], weights[first + 1])
                       .view({batch, tokens, 3, heads, width / heads})
                       .permute({2, 0, 3, 1, 4});
  const auto mask = allowed.defined() ? std::optional<at::Tensor>(allowed) : std::nullopt;
  const auto mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], mask)
                         .transpose(1, 2)
                         .reshape({batch, tokens, width});
  return at::linear(mixed, weights[first + 2], weights[first + 3]);
}

std::int64_t attention_flops(std::int64_t width, std::int64_t tokens) {
  return 4 * tokens * tokens * width;
}

}  // namespace stockpot::model
