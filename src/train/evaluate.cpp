// SPDX-License-Identifier: Apache-2.0
#include "train/evaluate.hpp"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/max.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <cmath>

#include "core/stopwatch.hpp"
#include "train/flops.hpp"
#include "train/forward_batches.hpp"

namespace stockpot::train {
namespace {

struct BatchOutcome {
  at::Tensor values, confidences;  // [B] fp64 on the CPU; confidences of classes only
  double loss;                     // summed
};

BatchOutcome judge(const BatchOutput& output) {
  const auto& logits = output.logits;
  const auto& inputs = output.inputs;
  if (!inputs.labels.defined())
    return {logits.view({-1}).to(at::kCPU, at::kDouble),
            {},
            at::mse_loss(logits.view({-1}), inputs.targets, at::Reduction::Sum).item().toDouble()};
  const auto [confidences, classes] = at::softmax(logits, 1).max(1);
  return {classes.to(at::kCPU, at::kDouble), confidences.to(at::kCPU, at::kDouble),
          at::cross_entropy_loss(logits, inputs.labels, {}, at::Reduction::Sum).item().toDouble()};
}

}  // namespace

Predictions predict(const Context& context, const model::Arena& arena, const mask::Mask& mask,
                    const data::Split& split) {
  const Stopwatch watch;
  const FlopMeter meter(context.model, mask);
  const auto samples = static_cast<std::size_t>(split.size());
  const std::size_t batches = count_batches(split);

  // values, labels, confidences, losses and cost in one array: every rank fills its own batches,
  // the rest stays 0, and adding zeros is exact
  std::vector<double> all(3 * samples + batches + 2, 0.0);
  const std::span values(all.data(), samples), labels(all.data() + samples, samples),
      confidences(all.data() + 2 * samples, samples), losses(all.data() + 3 * samples, batches);
  PhaseCost local;
  forward_batches({context.model, arena, context.config.train.precision}, split, context.comm,
                  [&](const BatchOutput& output) {
                    const auto outcome = judge(output);
                    const auto& batch = output.batch;
                    for (std::size_t i = 0; i < output.positions.size(); ++i) {
                      const auto at_sample = static_cast<std::size_t>(output.positions[i]);
                      values[at_sample] = outcome.values.const_data_ptr<double>()[i];
                      if (outcome.confidences.defined())
                        confidences[at_sample] = outcome.confidences.const_data_ptr<double>()[i];
                      labels[at_sample] = batch.labels.empty()
                                              ? static_cast<double>(batch.targets[i])
                                              : static_cast<double>(batch.labels[i]);
                    }
                    losses[output.number] = outcome.loss;
                    meter.add(batch, kForwardPass, local);
                  });
  all[all.size() - 2] = local.flops_executed;
  all[all.size() - 1] = local.flops_theoretical;
  context.comm.sum(std::span(all));

  auto& cost = context.ledger.at("evaluate");
  cost.steps += 1;
  cost.samples += split.size();
  cost.flops_executed += all[all.size() - 2];
  cost.flops_theoretical += all[all.size() - 1];
  cost.wall_s += watch.elapsed_s();

  Predictions predictions{.values = {values.begin(), values.end()},
                          .labels = {labels.begin(), labels.end()},
                          .confidences = {},
                          .loss = 0};
  if (split.dataset->shape().classes > 0)
    predictions.confidences.assign(confidences.begin(), confidences.end());
  for (const double loss : losses) predictions.loss += loss;
  predictions.loss /= static_cast<double>(samples);
  return predictions;
}

Evaluation evaluate(const Context& context, const model::Arena& arena, const mask::Mask& mask,
                    const data::Split& split) {
  const auto predictions = predict(context, arena, mask, split);
  return {predictions.loss,
          score_predictions(predictions, context.config.data.name, split.dataset->shape().classes)};
}

}  // namespace stockpot::train
