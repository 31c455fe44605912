// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/batch_norm.hpp"

namespace stockpot::model {

/// Height and width in pixels, and channels.
struct MapShape {
  std::int64_t channels, height, width;
};

/// A convolution, padded so that stride 1 keeps the size, and the batch normalisation of its
/// output.
struct ConvNorm {
  std::int64_t stride, kernel;
  bool has_bias;
  MapShape out;
  std::size_t weight, norm;  ///< leaf numbers

  at::Tensor operator()(const Weights& weights, const at::Tensor& x, const Pass& pass) const;
  /// How often each weight is used per image.
  std::int64_t positions() const { return out.height * out.width; }
};

/// What add_conv_norm makes; names are prefixes, such as "layer1.0.conv1" and "layer1.0.bn1".
struct ConvNormSpec {
  std::string conv_name, norm_name;
  std::int64_t channels, kernel = 3, stride = 1;
  bool has_bias = false;
};

/// Appends the leaves for maps of shape `in`. The weight is prunable: Lottery Pools prunes all
/// convolutions, the first and the 1 x 1 shortcuts included, and nothing else
/// (methods.md 3.14). It starts normal with deviation sqrt(2 / (kernel^2 channels)). source
/// of the start: He et al., ICCV 2015, fan-out form, as torchvision's ResNet and VGG
ConvNorm add_conv_norm(std::vector<Leaf>& leaves, const MapShape& in, const ConvNormSpec& spec);

/// Cost of a network whose prunable leaves are `convolutions`, in their order, and whose head maps
/// features to classes.
ForwardCost convolution_cost(const std::vector<ConvNorm>& convolutions,
                             const data::BatchShape& batch, const Leaf& head);

}  // namespace stockpot::model
