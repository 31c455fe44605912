// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tanh.h>

#include "model/model.hpp"

namespace stockpot::test {

/// The smallest network that has all that a score looks at: logits = head(tanh(down(tanh(up(x))))),
/// two prunable matrices, biases, an unprunable head. Written once more in double by its tests.
class Mlp final : public model::Model {
 public:
  static constexpr std::int64_t kIn = 16, kUp = 12, kDown = 8, kClasses = 4;
  static constexpr std::int64_t kPrunable = kUp * kIn + kDown * kUp;

  const std::shared_ptr<const model::Layout>& layout() const override { return layout_; }
  at::Tensor features(const model::Weights& w, const model::Inputs& inputs,
                      const model::Pass&) const override {
    const auto up = at::tanh(at::linear(inputs.pixels.flatten(1), w[0], w[1]));
    return at::tanh(at::linear(up, w[2], w[3]));
  }
  at::Tensor head(const model::Weights& w, const at::Tensor& features) const override {
    return at::linear(features, w[4], w[5]);
  }
  model::ForwardCost forward_cost(const data::BatchShape& batch) const override {
    return {.other_flops = 2 * batch.samples * kClasses * kDown,
            .positions = {batch.samples, batch.samples}};
  }

 private:
  using Role = model::Role;
  static constexpr model::Init kNormal{model::Init::Kind::normal, 0.5};
  std::shared_ptr<const model::Layout> layout_ = std::make_shared<const model::Layout>(
      std::vector<model::Leaf>{{{"up.weight"}, {kUp, kIn}, Role::prunable, kNormal},
                               {{"up.bias"}, {kUp}, Role::trained, kNormal},
                               {{"down.weight"}, {kDown, kUp}, Role::prunable, kNormal},
                               {{"down.bias"}, {kDown}, Role::trained, kNormal},
                               {{"head.weight"}, {kClasses, kDown}, Role::trained, kNormal, true},
                               {{"head.bias"}, {kClasses}, Role::trained, kNormal, true}});
};

}  // namespace stockpot::test
