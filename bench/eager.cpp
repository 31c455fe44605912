// SPDX-License-Identifier: Apache-2.0
#include "bench/eager.hpp"

#include <ATen/ATen.h>
#include <torch/nn/utils/clip_grad.h>

namespace stockpot::bench {
namespace {

torch::optim::AdamWOptions options(const config::TrainConfig& train) {
  return torch::optim::AdamWOptions(train.lr)
      .weight_decay(train.weight_decay)
      .betas({train.beta1, train.beta2})
      .eps(train.eps);
}

std::vector<at::Tensor> copies(const model::Weights& weights) {
  std::vector<at::Tensor> parameters;
  for (std::size_t i = 0; i < weights.layout().leaves().size(); ++i)
    parameters.push_back(weights[i].detach().clone().set_requires_grad(true));
  return parameters;
}

}  // namespace

Eager::Eager(const config::TrainConfig& train, const model::Weights& weights)
    : clip_norm_(train.clip_norm),
      parameters_(copies(weights)),
      optimizer_(parameters_, options(train)) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    by_name_[weights.layout().leaves()[i].names.front()] = parameters_[i];
}

at::Tensor Eager::attend(const Block& block, std::int64_t heads, const at::Tensor& x,
                         const std::optional<at::Tensor>& allowed) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
  const auto qkv = at::linear(x, block.qkv.weight, block.qkv.bias)
                       .view({batch, tokens, 3, heads, width / heads})
                       .permute({2, 0, 3, 1, 4})
                       .unbind(0);
  const auto mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], allowed);
  return at::linear(mixed.transpose(1, 2).reshape({batch, tokens, width}), block.out.weight,
                    block.out.bias);
}

at::Tensor Eager::transform(const Block& block, const at::Tensor& x) {
  return at::linear(at::gelu(at::linear(x, block.up.weight, block.up.bias)), block.down.weight,
                    block.down.bias);
}

double Eager::step(const model::Inputs& inputs) {
  optimizer_.zero_grad();
  const auto loss = at::cross_entropy_loss(forward(inputs), inputs.labels);
  loss.backward();
  torch::nn::utils::clip_grad_norm_(parameters_, clip_norm_);
  optimizer_.step();
  return loss.item<double>();
}

}  // namespace stockpot::bench
