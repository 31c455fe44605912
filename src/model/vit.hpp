// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "model/model.hpp"

namespace stockpot::model {

/// A vision transformer of free size for images of `shape`: patches, class token, learned
/// positions, pre-LN blocks, a linear head on the class token. The matrices of the blocks are
/// prunable; patches, positions, norms, biases and head are not. source: Dosovitskiy et al., ICLR
/// 2021; prunable set as for CLIP (methods.md 1.1)
std::unique_ptr<const Model> make_vit(const config::ModelConfig& config,
                                      const data::DataShape& shape);

}  // namespace stockpot::model
