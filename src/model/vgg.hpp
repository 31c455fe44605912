// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/model.hpp"

namespace stockpot::model {

/// VGG-16 with batch normalisation in its CIFAR form: 13 convolutions in five stages, each closed
/// by a 2 x 2 maximum, one linear head. Names are torchvision's (`vgg16_bn`), its head
/// `classifier`. Prunable: all convolutions, 14,710,464 weights for colour images. source: Simonyan
/// and Zisserman, ICLR 2015, column D; the form of Lottery Pools (methods.md 3.14)
std::unique_ptr<const Model> make_vgg16(const config::ModelConfig& config,
                                        const data::DataShape& shape);

}  // namespace stockpot::model
