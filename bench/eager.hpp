// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <torch/optim/adamw.h>

#include <map>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "model/model.hpp"

namespace stockpot::bench {

/// A network as users of LibTorch write it: every parameter and its gradient a tensor of its own,
/// clip_grad_norm_ and torch::optim::AdamW tensor by tensor.
class Eager {
 public:
  virtual ~Eager() = default;
  Eager(const Eager&) = delete;
  Eager& operator=(const Eager&) = delete;

  /// One optimizer step; returns the mean loss before it.
  double step(const model::Inputs& inputs);

 protected:
  /// A linear map or a norm.
  struct Affine {
    at::Tensor weight, bias;
  };
  struct Block {
    Affine qkv, out, norm1, up, down, norm2;
  };

  /// Starts from the weights of `weights`.
  Eager(const config::TrainConfig& train, const model::Weights& weights);

  /// The parameter of that name; of stacked ones, the first.
  const at::Tensor& parameter(const std::string& name) const { return by_name_.at(name); }
  /// <name>.weight and <name>.bias.
  Affine affine(const std::string& name) const {
    return {parameter(name + ".weight"), parameter(name + ".bias")};
  }

  static at::Tensor attend(const Block& block, std::int64_t heads, const at::Tensor& x,
                           const std::optional<at::Tensor>& allowed);
  static at::Tensor transform(const Block& block, const at::Tensor& x);
  virtual at::Tensor forward(const model::Inputs& inputs) const = 0;

 private:
  double clip_norm_;
  std::vector<at::Tensor> parameters_;
  std::map<std::string, at::Tensor> by_name_;
  torch::optim::AdamW optimizer_;
};

}  // namespace stockpot::bench
