// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/model.hpp"

namespace stockpot::model {

/// ResNet-18 in its CIFAR form: a 3 x 3 stem without pooling, four stages of two basic blocks (64,
/// 128, 256, 512 channels), mean over the map, linear head. Names are torchvision's. Prunable: all
/// convolutions, 11,159,232 weights for colour images. source: He et al., CVPR 2016; the form of
/// Lottery Pools (methods.md 3.14)
std::unique_ptr<const Model> make_resnet18(const config::ModelConfig& config,
                                           const data::DataShape& shape);

}  // namespace stockpot::model
