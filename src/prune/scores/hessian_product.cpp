// SPDX-License-Identifier: Apache-2.0
// <v, dL/dw> is added up by hooks, leaf by leaf as the first backward pass comes to them; what the
// pass then collects is a zero without memory, so that no copy of all first derivatives arises.
#include "prune/scores/hessian_product.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "core/error.hpp"

namespace stockpot::prune {

namespace {

/// The hooks of some tensors, while it lives.
class Hooks {
 public:
  Hooks() = default;
  ~Hooks() {
    for (const auto& [tensor, number] : hooks_) tensor.remove_hook(number);
  }
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;

  template <typename Hook>
  void add(const at::Tensor& tensor, Hook hook) {
    hooks_.emplace_back(tensor, tensor.register_hook(std::move(hook)));
  }

 private:
  std::vector<std::pair<at::Tensor, unsigned>> hooks_;
};

}  // namespace

void add_hessian_product(const model::Weights& weights, const at::Tensor& loss,
                         const at::Tensor& direction) {
  at::Tensor product;  // <v, dL/dw>
  std::vector<at::Tensor> leaves;
  {
    Hooks hooks;
    std::size_t number = 0;
    for (const auto& leaf : weights.layout().leaves()) {
      const auto& tensor = weights[number++];
      if (leaf.role != model::Role::prunable) continue;
      leaves.push_back(tensor);
      hooks.add(tensor,
                [&product, v = direction.narrow(0, leaf.offset, leaf.size()).view(leaf.shape)](
                    const at::Tensor& gradient) {
                  const auto term = (v * gradient).sum();
                  product = product.defined() ? product + term : term;
                  return at::zeros({}, gradient.options()).expand(gradient.sizes());
                });
    }
    torch::autograd::grad({loss}, leaves, {}, true, true);
  }
  expect(product.defined(), "the loss does not depend on the prunable weights");
  if (product.requires_grad()) product.backward();
}

}  // namespace stockpot::prune
