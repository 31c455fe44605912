// SPDX-License-Identifier: Apache-2.0
#include "model/conv_norm.hpp"

#include <cmath>

#include "model/products.hpp"

namespace stockpot::model {

at::Tensor ConvNorm::operator()(const Weights& weights, const at::Tensor& x,
                                const Pass& pass) const {
  const auto bias = has_bias ? weights[weight + 1] : at::Tensor();
  return batch_norm(weights, norm, convolve(x, weights[weight], bias, stride, kernel / 2), pass);
}

ConvNorm add_conv_norm(std::vector<Leaf>& leaves, const MapShape& in, const ConvNormSpec& spec) {
  const auto out_side = [&](std::int64_t side) { return (side - 1) / spec.stride + 1; };
  const std::size_t weight = leaves.size();
  const double deviation =
      std::sqrt(2.0 / static_cast<double>(spec.kernel * spec.kernel * spec.channels));
  leaves.push_back({{spec.conv_name + ".weight"},
                    {spec.channels, in.channels, spec.kernel, spec.kernel},
                    Role::prunable,
                    {Init::Kind::normal, deviation}});
  if (spec.has_bias)
    leaves.push_back({{spec.conv_name + ".bias"}, {spec.channels}, Role::trained, {}});
  const std::size_t norm = add_batch_norm(leaves, spec.channels, spec.norm_name + ".");
  return {spec.stride,   spec.kernel,
          spec.has_bias, {spec.channels, out_side(in.height), out_side(in.width)},
          weight,        norm};
}

ForwardCost convolution_cost(const std::vector<ConvNorm>& convolutions,
                             const data::BatchShape& batch, const Leaf& head) {
  ForwardCost cost{.other_flops = 2 * batch.samples * head.size(), .positions = {}};
  for (const auto& convolution : convolutions)
    cost.positions.push_back(batch.samples * convolution.positions());
  return cost;
}

}  // namespace stockpot::model
