#pragma once
#include <ATen/core/Tensor.h>
#include <torch/optim/adamw.h>

#include <vector>

#include "config/run_config.hpp"
#include "model/arena.hpp"

namespace stockpot::bench {

/// The vision transformer of model/vit.hpp as users of LibTorch write it: every parameter and its gradient a tensor of its own, a
/// convolution for the patches, clip_grad_norm_ and torch::optim::AdamW tensor by tensor.
class EagerVit {
 public:
  /// Starts from the weights of `arena`, whose model was made by `config`.
  EagerVit(const config::RunConfig& config, const model::Arena& arena);

  /// pixels [B, C, H, W], labels [B]. One optimizer step; returns the mean loss before it.
  double step(const at::Tensor& pixels, const at::Tensor& labels);

 private:
  /// A linear map or a norm.
  struct Affine {
    at::Tensor weight, bias;
  };
  struct Block {
    Affine qkv, out, norm1, up, down, norm2;
  };

  at::Tensor forward(const at::Tensor& pixels) const;
  at::Tensor attend(const Block& block, const at::Tensor& x) const;

  config::RunConfig config_;
  Affine patch_, norm_, head_;
  at::Tensor class_token_, position_;
  std::vector<Block> blocks_;
  std::vector<at::Tensor> parameters_;
  torch::optim::AdamW optimizer_;
};

}  // namespace stockpot::bench
