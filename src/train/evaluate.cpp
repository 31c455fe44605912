// SPDX-License-Identifier: Apache-2.0
#include "train/evaluate.hpp"

#include <ATen/ops/max.h>
#include <ATen/ops/softmax.h>

#include "comm/all_or_none.hpp"
#include "train/loss.hpp"

namespace stockpot::train {
namespace {

/// What is predicted for the samples of a batch: [B] fp64 on the CPU; confidences of classes only.
struct Answers {
  at::Tensor values, confidences;
};

Answers answers_in(const at::Tensor& logits, bool classes) {
  if (!classes) return {logits.view({-1}).to(at::kCPU, at::kDouble), {}};
  const auto [confidences, best] = at::softmax(logits, 1).max(1);
  return {best.to(at::kCPU, at::kDouble), confidences.to(at::kCPU, at::kDouble)};
}

}  // namespace

Predictions predict(const Network& network, const data::Split& split, const comm::Group& group) {
  return predict(network, split, group, [](const BatchOutput& output) { return output.logits; });
}

Predictions predict(const Network& network, const data::Split& split, const comm::Group& group,
                    const std::function<at::Tensor(const BatchOutput&)>& logits_of) {
  const auto shape = split.dataset->shape();
  const auto loss = make_loss(shape);
  const auto samples = static_cast<std::size_t>(split.size());
  const std::size_t batches = count_batches(split);

  // values, labels, confidences, losses in one array: every rank fills its own batches, the rest
  // stays 0, and adding zeros is exact
  std::vector<double> all(3 * samples + batches, 0.0);
  comm::require_equal(group, std::ssize(all), "samples and batches of a split");
  const auto column = [&](std::size_t number) {
    return std::span(all).subspan(number * samples, samples);
  };
  const auto values = column(0), labels = column(1), confidences = column(2);
  const auto losses = std::span(all).last(batches);
  forward_batches(network, split, group, [&](const BatchOutput& output) {
    const auto logits = logits_of(output);
    const auto answers = answers_in(logits, shape.classes > 0);
    for (std::size_t i = 0; i < output.positions.size(); ++i) {
      const auto place = static_cast<std::size_t>(output.positions[i]);
      values[place] = answers.values.const_data_ptr<double>()[i];
      if (answers.confidences.defined())
        confidences[place] = answers.confidences.const_data_ptr<double>()[i];
      labels[place] = output.batch.labels.empty() ? static_cast<double>(output.batch.targets[i])
                                                  : static_cast<double>(output.batch.labels[i]);
    }
    losses[output.number] = loss->summed(logits, output.inputs).item().toDouble();
  });
  group.sum(std::span(all));

  Predictions predictions{.values = {values.begin(), values.end()},
                          .labels = {labels.begin(), labels.end()},
                          .confidences = {},
                          .loss = 0};
  if (shape.classes > 0) predictions.confidences.assign(confidences.begin(), confidences.end());
  for (const double batch_loss : losses) predictions.loss += batch_loss;
  predictions.loss /= static_cast<double>(samples);
  return predictions;
}

Evaluation evaluate(const Network& network, const data::Split& split, const comm::Group& group,
                    const std::string& data_name) {
  const auto predictions = predict(network, split, group);
  return {predictions.loss,
          score_predictions(predictions, data_name, split.dataset->shape().classes)};
}

Work evaluation_work(const data::Split& split, const FlopMeter& meter) {
  Work work;
  for (const auto& shape : batch_shapes(split)) work += meter.forward(shape);
  work.steps = 1;
  return work;
}

}  // namespace stockpot::train
