// SPDX-License-Identifier: Apache-2.0
// score = |w dL/dw|, L the mean loss of a batch in evaluation form; of several batches the
// gradients are added up in double precision. It equals |dL/dc| of a factor c = 1 at each weight.
// source: methods.md 3.10; Lee, Ajanthan, Torr, "SNIP: single-shot network pruning based on
// connection sensitivity", ICLR 2019
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <iterator>

#include "prune/scorer.hpp"
#include "prune/scores/divided_sum.hpp"
#include "train/loss.hpp"

namespace stockpot::prune {
namespace {

constexpr std::int64_t kForwardPasses = 3;  // one forward, twice that backward

class Snip final : public Scorer {
 public:
  Keys score(const ScoreInputs& inputs) override {
    const auto& task = inputs.task;
    const auto batches = drawn_batches(task.config, task.splits.train, inputs.round);
    const auto prunable = inputs.weights.layout().prunable();
    const auto gradient = inputs.gradients.values().narrow(0, 0, prunable);
    if (batches.size() == 1) {
      add_gradient(inputs, batches.front());
    } else {
      const auto sum = at::Tensor(gradient.to(at::kDouble).zero_());
      for (const auto& batch : batches) {
        add_gradient(inputs, batch);
        sum.add_(gradient);
      }
      gradient.copy_(sum);
    }
    const at::NoGradGuard no_grad;
    return {.values = gradient.mul_(inputs.weights.values().narrow(0, 0, prunable))};
  }

  Work cost(const ScoreCosts& costs) const override {
    return work_of(drawn_batches(costs.config, costs.train, costs.round), costs.config, costs.train,
                   costs.meter, kForwardPasses, 1);
  }

  void check(const config::RunConfig& config, const data::Split& train, bool) const override {
    drawn_batches(config, train, 0);
  }

 private:
  static void add_gradient(const ScoreInputs& inputs, const std::vector<std::int64_t>& batch) {
    const auto shape = inputs.task.splits.train.dataset->shape();
    const auto loss = train::make_loss(shape);
    sum_divided(inputs, batch, [&](const data::Batch& part) {
      const auto shown = model::to_inputs(part, shape, inputs.weights.device());
      const auto logits = inputs.task.model.forward(inputs.weights, shown, {});
      (loss->summed(logits, shown) / static_cast<double>(batch.size())).backward();
    });
  }
};

}  // namespace

std::unique_ptr<Scorer> make_snip() { return std::make_unique<Snip>(); }

}  // namespace stockpot::prune
