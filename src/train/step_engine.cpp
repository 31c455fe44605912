// SPDX-License-Identifier: Apache-2.0
#include "train/step_engine.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <fmt/format.h>

#include "comm/tree_sum.hpp"
#include "config/number_list.hpp"
#include "core/error.hpp"
#include "train/gradient.hpp"

namespace stockpot::train {

std::span<const std::int64_t> part_of(std::span<const std::int64_t> all, int part, int parts) {
  const auto bound = [&](int p) {
    return all.size() * static_cast<std::size_t>(p) / static_cast<std::size_t>(parts);
  };
  return all.subspan(bound(part), bound(part + 1) - bound(part));
}

Reduction reduction_of(const config::DistConfig& config) {
  return config.reduction == "fixed" ? Reduction::fixed : Reduction::fast;
}

int parts_of(Reduction reduction, const config::DistConfig& config) {
  return reduction == Reduction::fixed ? static_cast<int>(config.shards) : 1;
}

Work step_work(const data::Dataset& dataset, std::span<const std::int64_t> indices, int parts,
               const FlopMeter& meter) {
  Work work;
  for (int part = 0; part < parts; ++part)
    if (const auto own = part_of(indices, part, parts); !own.empty())
      work += meter.training(data::shape_of(dataset, own));
  work.steps = 1;
  return work;
}

std::optional<model::DropoutRates> dropout_rates(const config::TrainConfig& config,
                                                 const model::Model& model) {
  const auto own = model.own_dropout();
  const auto fraction = config::number_list(config.dropout).value_or(std::vector<double>{});
  auto rates = own.value_or(model::DropoutRates{});
  if (!fraction.empty()) rates = {fraction[0], fraction[0], fraction[0]};
  if (!fraction.empty() && rates == model::DropoutRates{}) return {};
  if (!own)
    throw ConfigError(fmt::format("train.dropout is {}", config.dropout),
                      "the model has no place where it drops; bert has",
                      "leave it at 0, or choose another model.name");
  return rates;
}

StepEngine::StepEngine(const Task& task, Reduction reduction, comm::GradientReducer* reducer)
    : task_(task),
      reduction_(reduction),
      parts_(parts_of(reduction, task.config.dist)),
      reducer_(reducer),
      loss_(make_loss(task.splits.train.dataset->shape())),
      precision_(precision_of(task.config.train.precision)),
      dropout_(dropout_rates(task.config.train, task.model)) {
  expect(reducer_ || reduction_ != Reduction::fast, "who adds up the gradients is not said");
}

void StepEngine::gradient(const model::Weights& weights, model::Gradients& gradients,
                          const StepSamples& samples) {
  if (reduction_ == Reduction::fixed) return sum_in_tree(weights, gradients, samples);
  gradients.clear();
  if (reduction_ == Reduction::alone) return add_part(weights, gradients, samples, 0, 1);
  add_part(weights, gradients, samples, task_.group.rank(), task_.group.size());
  reducer_->sum(gradients.values().data_ptr<float>(),
                static_cast<std::size_t>(gradients.values().numel()));
}

void StepEngine::sum_in_tree(const model::Weights& weights, model::Gradients& gradients,
                             const StepSamples& samples) {
  const int shards = parts_, ranks = task_.group.size();
  const auto& values = gradients.values();
  total_.resize(static_cast<std::size_t>(values.numel()));
  comm::tree_sum(
      task_.group, shards, [&](int shard) { return comm::block_owner(shard, shards, ranks); },
      [&](int shard, std::span<float> out) {
        gradients.clear();
        add_part(weights, gradients, samples, shard, shards);
        at::from_blob(out.data(), {values.numel()}, at::kFloat).copy_(values);
      },
      total_, scratch_);
  values.copy_(at::from_blob(total_.data(), {values.numel()}, at::kFloat));
}

void StepEngine::add_part(const model::Weights& weights, model::Gradients& gradients,
                          const StepSamples& samples, int part, int parts) {
  const auto indices = part_of(samples.indices, part, parts);
  if (indices.empty()) return;
  const auto& dataset = *task_.splits.train.dataset;
  dataset.fill(indices, samples.augmentation, batch_);
  std::optional<model::Dropout> dropout;
  if (dropout_ && samples.dropout)
    dropout.emplace(*dropout_, *samples.dropout, indices, weights.device());
  train::add_gradient({task_.model, weights, precision_}, *loss_, batch_, dataset.shape(),
                      1.0 / static_cast<double>(samples.indices.size()), gradients,
                      dropout ? &*dropout : nullptr);
}

void StepEngine::add_gradient(const model::Weights& weights, model::Gradients& gradients,
                              const data::Batch& batch, double scale) const {
  train::add_gradient({task_.model, weights, precision_}, *loss_, batch,
                      task_.splits.train.dataset->shape(), scale, gradients);
}

Work StepEngine::work(const StepSamples& samples, const FlopMeter& meter) const {
  return step_work(*task_.splits.train.dataset, samples.indices, parts_, meter);
}

void StepEngine::statistics(const model::Weights& weights, model::Gradients& gradients,
                            const StepSamples& samples, double share) {
  const at::NoGradGuard no_grad;
  const auto& dataset = *task_.splits.train.dataset;
  gradients.clear();
  dataset.fill(samples.indices, samples.augmentation, batch_);
  const PrecisionScope scope(precision_, weights.device().type());
  task_.model.forward(weights, model::to_inputs(batch_, dataset.shape(), weights.device()),
                      {.training = true, .share = share});
}

}  // namespace stockpot::train
