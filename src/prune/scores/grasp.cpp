// SPDX-License-Identifier: Apache-2.0
// g = dL/dw of the prunable weights, L the mean loss of a balanced batch at temperature 200;
// H g = d<stopped g, dL/dw>/dw, by a second backward pass; score = -w (H g), the largest go, so
// keys are w (H g).
// source: methods.md 3.11; Wang, Zhang, Grosse, "Picking winning tickets before training by
// preserving gradient flow", ICLR 2020
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <iterator>

#include "model/products.hpp"
#include "prune/scorer.hpp"
#include "prune/scores/divided_sum.hpp"
#include "prune/scores/hessian_product.hpp"
#include "train/loss.hpp"

namespace stockpot::prune {
namespace {

constexpr double kTemperature = 200;  // source: the authors' code
// g: one forward, 2 backward. H g: one forward, 2 backward, and 6 for the backward of these: each
// product of the forward pass has 2 in its backward pass, and the reverse of these three has 6
constexpr std::int64_t kForwardPasses = 3 + 9;
constexpr std::int64_t kVisits = 2;

/// The loss of all samples together, as a mean, softened by the temperature.
class SoftLoss {
 public:
  SoftLoss(const ScoreInputs& inputs, std::int64_t samples)
      : inputs_(inputs),
        shape_(inputs.task.splits.train.dataset->shape()),
        loss_(train::make_loss(shape_)),
        samples_(static_cast<double>(samples)) {}

  /// What `part` adds to it, with a graph.
  at::Tensor operator()(const data::Batch& part) const {
    const auto shown = model::to_inputs(part, shape_, inputs_.weights.device());
    const auto logits = inputs_.task.model.forward(inputs_.weights, shown, {});
    if (shape_.classes > 0) return loss_->summed(logits / kTemperature, shown) / samples_;
    return loss_->summed(logits, shown) / (samples_ * kTemperature * kTemperature);
  }

 private:
  const ScoreInputs& inputs_;
  data::DataShape shape_;
  std::unique_ptr<const train::Loss> loss_;
  double samples_;
};

class Grasp final : public Scorer {
 public:
  Keys score(const ScoreInputs& inputs) override {
    const auto& task = inputs.task;
    const auto batches = balanced_batches(task.config, task.splits.train, inputs.round, true);
    std::int64_t samples = 0;
    for (const auto& batch : batches) samples += std::ssize(batch);
    const SoftLoss loss(inputs, samples);
    const auto prunable = inputs.weights.layout().prunable();
    const auto sum = inputs.gradients.values().narrow(0, 0, prunable);
    sum_divided(inputs, batches, [&](const data::Batch& part) { loss(part).backward(); });
    const auto gradient = sum.clone();  // the one copy
    const model::TwiceDifferentiable forward;
    sum_divided(inputs, batches, [&](const data::Batch& part) {
      add_hessian_product(inputs.weights, loss(part), gradient);
    });
    const at::NoGradGuard no_grad;
    return {.values = sum.mul_(inputs.weights.values().narrow(0, 0, prunable)),
            .ranking = kernels::Ranking::value};
  }

  Work cost(const ScoreCosts& costs) const override {
    return work_of(balanced_batches(costs.config, costs.train, costs.round, false), costs.config,
                   costs.train, costs.meter, kForwardPasses, kVisits);
  }

  void check(const config::RunConfig& config, const data::Split& train,
             bool contents) const override {
    balanced_batches(config, train, 0, contents);
  }
};

}  // namespace

std::unique_ptr<Scorer> make_grasp() { return std::make_unique<Grasp>(); }

}  // namespace stockpot::prune
