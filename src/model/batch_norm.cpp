// SPDX-License-Identifier: Apache-2.0
#include "model/batch_norm.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/zeros_like.h>

namespace stockpot::model {
namespace {

enum NormLeaf : std::size_t { kWeight, kBias, kMean, kVariance };
constexpr double kEps = 1e-5;

}  // namespace

std::size_t add_batch_norm(std::vector<Leaf>& leaves, std::int64_t channels,
                           const std::string& prefix) {
  const std::size_t first = leaves.size();
  const Init ones{Init::Kind::ones}, zeros{};
  leaves.push_back({{prefix + "weight"}, {channels}, Role::trained, ones});
  leaves.push_back({{prefix + "bias"}, {channels}, Role::trained, zeros});
  leaves.push_back({{prefix + "running_mean"}, {channels}, Role::tracked, zeros});
  leaves.push_back({{prefix + "running_var"}, {channels}, Role::tracked, ones});
  return first;
}

at::Tensor batch_norm(const Weights& weights, std::size_t first, const at::Tensor& x,
                      const Pass& pass) {
  const auto &weight = weights[first + kWeight], &bias = weights[first + kBias],
             &mean = weights[first + kMean], &variance = weights[first + kVariance];
  if (!pass.training)
    return at::batch_norm(x, weight, bias, mean, variance, false, kStatisticsMomentum, kEps, true);
  // momentum 1 turns "running" statistics into those of x
  const auto mean_of_x = at::zeros_like(mean), variance_of_x = at::zeros_like(variance);
  const auto y = at::batch_norm(x, weight, bias, mean_of_x, variance_of_x, true, 1.0, kEps, true);
  const at::NoGradGuard no_grad;
  mean.grad().add_(mean_of_x, pass.share);
  variance.grad().add_(variance_of_x, pass.share);
  return y;
}

void move_statistics(Weights& weights, const Gradients& gradients, double momentum) {
  const auto begin = weights.layout().trained(), size = weights.layout().tracked() - begin;
  if (size > 0)
    weights.values()
        .narrow(0, begin, size)
        .lerp_(gradients.values().narrow(0, begin, size), momentum);
}

}  // namespace stockpot::model
