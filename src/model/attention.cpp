// SPDX-License-Identifier: Apache-2.0
#include "model/attention.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <limits>
#include <optional>

#include "model/products.hpp"

namespace stockpot::model {
namespace {

/// softmax(q k^T / sqrt(d)) v of stacked q, k, v [3, B, heads, T, d]: [B, heads, T, d].
at::Tensor mix(const at::Tensor& qkv, const at::Tensor& allowed,
               const std::function<at::Tensor(const at::Tensor&)>& drop) {
  if (!drop) {
    const auto mask = allowed.defined() ? std::optional<at::Tensor>(allowed) : std::nullopt;
    return at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], mask);
  }
  const double scale = 1.0 / std::sqrt(static_cast<double>(qkv.size(4)));
  auto scores = at::matmul(qkv[0] * scale, qkv[1].transpose(-2, -1));
  if (allowed.defined())
    scores = scores.masked_fill(allowed.logical_not(), -std::numeric_limits<double>::infinity());
  return at::matmul(drop(at::softmax(scores, -1)), qkv[2]);
}

}  // namespace

at::Tensor attend(const Weights& weights, std::size_t first, std::int64_t heads,
                  const at::Tensor& x, const at::Tensor& allowed,
                  const std::function<at::Tensor(const at::Tensor&)>& drop) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
  const auto qkv = affine(x, weights[first], weights[first + 1])
                       .view({batch, tokens, 3, heads, width / heads})
                       .permute({2, 0, 3, 1, 4});
  const auto mixed = mix(qkv, allowed, drop).transpose(1, 2).reshape({batch, tokens, width});
  return affine(mixed, weights[first + 2], weights[first + 3]);
}

std::int64_t attention_flops(std::int64_t width, std::int64_t tokens) {
  return 4 * tokens * tokens * width;
}

}  // namespace stockpot::model
