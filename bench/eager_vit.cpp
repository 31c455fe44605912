#include "bench/eager_vit.hpp"

#include <ATen/ATen.h>
#include <torch/nn/utils/clip_grad.h>

#include <map>

namespace stockpot::bench {
namespace {

constexpr double kLayerNormEps = 1e-6;

torch::optim::AdamWOptions options(const config::TrainConfig& train) {
  return torch::optim::AdamWOptions(train.lr).weight_decay(train.weight_decay).betas({train.beta1, train.beta2}).eps(train.eps);
}

std::vector<at::Tensor> copies(const model::Arena& arena) {
  std::vector<at::Tensor> parameters;
  for (std::size_t i = 0; i < arena.layout().leaves().size(); ++i) parameters.push_back(arena[i].detach().clone().set_requires_grad(true));
  return parameters;
}

}  // namespace

EagerVit::EagerVit(const config::RunConfig& config, const model::Arena& arena)
    : config_(config), parameters_(copies(arena)), optimizer_(parameters_, options(config.train)) {
  std::map<std::string, at::Tensor> by_name;
  for (std::size_t i = 0; i < parameters_.size(); ++i) by_name[arena.layout().leaves()[i].names.front()] = parameters_[i];
  const auto affine = [&](const std::string& name) { return Affine{by_name.at(name + ".weight"), by_name.at(name + ".bias")}; };
  patch_ = affine("embeddings.patch_embedding");
  norm_ = affine("post_layernorm");
  head_ = affine("head");
  class_token_ = by_name.at("embeddings.class_embedding");
  position_ = by_name.at("embeddings.position_embedding.weight");
  for (std::int64_t i = 0; i < config.model.depth; ++i) {
    const std::string layer = "encoder.layers." + std::to_string(i);
    blocks_.push_back({affine(layer + ".self_attn.q_proj"), affine(layer + ".self_attn.out_proj"), affine(layer + ".layer_norm1"), affine(layer + ".mlp.fc1"),
                       affine(layer + ".mlp.fc2"), affine(layer + ".layer_norm2")});
  }
}

at::Tensor EagerVit::attend(const Block& block, const at::Tensor& x) const {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2), heads = config_.model.heads;
  const auto qkv = at::linear(x, block.qkv.weight, block.qkv.bias).view({batch, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4}).unbind(0);
  const auto mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);
  return at::linear(mixed.transpose(1, 2).reshape({batch, tokens, width}), block.out.weight, block.out.bias);
}

at::Tensor EagerVit::forward(const at::Tensor& pixels) const {
  const auto batch = pixels.size(0), channels = pixels.size(1), width = config_.model.width, side = config_.model.patch;
  const auto norm = [&](const at::Tensor& x, const Affine& a) { return at::layer_norm(x, {width}, a.weight, a.bias, kLayerNormEps); };
  const auto kernel = patch_.weight.view({width, channels, side, side});
  const auto patches = at::conv2d(pixels, kernel, patch_.bias, {side, side}).flatten(2).transpose(1, 2);
  auto x = at::cat({class_token_.expand({batch, 1, width}), patches}, 1) + position_;
  for (const auto& block : blocks_) {
    x = x + attend(block, norm(x, block.norm1));
    const auto hidden = at::gelu(at::linear(norm(x, block.norm2), block.up.weight, block.up.bias));
    x = x + at::linear(hidden, block.down.weight, block.down.bias);
  }
  return at::linear(norm(x.select(1, 0), norm_), head_.weight, head_.bias);
}

double EagerVit::step(const at::Tensor& pixels, const at::Tensor& labels) {
  optimizer_.zero_grad();
  const auto loss = at::cross_entropy_loss(forward(pixels), labels);
  loss.backward();
  torch::nn::utils::clip_grad_norm_(parameters_, config_.train.clip_norm);
  optimizer_.step();
  return loss.item<double>();
}

}  // namespace stockpot::bench
