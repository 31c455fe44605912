// SPDX-License-Identifier: Apache-2.0
#include "jobs/setup.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "data/load.hpp"

namespace stockpot::jobs {
namespace {

/// A look-ahead longer than the data begins again with the same draw, and the plan says so.
void note_wrapping(const config::RunConfig& config, const Setup& setup, prune::Plan& plan) {
  if (!setup.method.denoise || config.isp.denoisers == 0) return;
  const auto wanted = config.isp.look_ahead_steps * config.train.batch;
  if (wanted > setup.splits.train.size())
    plan.notes.push_back(
        fmt::format("a look-ahead of {} samples is longer than the training set of {}: it begins "
                    "again with the same draw",
                    wanted, setup.splits.train.size()));
}

/// Model and plan for data that is there, or imagined.
Setup setup_for(data::Splits splits, Inputs inputs, const config::RunConfig& config) {
  Setup setup{.config = config,
              .inputs = std::move(inputs),
              .splits = std::move(splits),
              .model = nullptr,
              .method = prune::make_method(config.prune),
              .budget = {},
              .plan = {}};
  const auto samples = setup.splits.train.size();
  setup.model = model::make_model(config.model, setup.splits.train.dataset->shape());
  setup.budget = prune::make_budget(config.train, samples, setup.model->layout()->prunable(),
                                    setup.splits.validation.size());
  if (config.train.batch > samples)
    throw ConfigError(
        fmt::format("train.batch {} is larger than the training set", config.train.batch),
        fmt::format("{} samples", samples), "lower it");
  setup.plan = prune::make_plan(setup.method, config, setup.budget);
  if (config.data.test_from_train > 0)
    setup.plan.notes.push_back(
        fmt::format("test is a fraction {} of the training set", config.data.test_from_train));
  for (const auto& line : setup.splits.unofficial)
    setup.plan.notes.push_back("not the official data: " + line);
  note_wrapping(config, setup, setup.plan);
  return setup;
}

}  // namespace

std::filesystem::path vocabulary_of(const config::ModelConfig& model) {
  if (!model.vocab.empty()) return model.vocab;
  if (model.weights == "random") return {};
  const std::filesystem::path weights = model.weights;
  return std::filesystem::is_directory(weights) ? weights : weights.parent_path();
}

model::WeightsSource weights_source(const config::RunConfig& config,
                                    const std::filesystem::path& weights,
                                    const data::Split& split) {
  return {weights, vocabulary_of(config.model), config.data.name, split.dataset->class_names()};
}

Setup make_setup(const config::RunConfig& config, io::DigestCache::Trust trust) {
  Inputs inputs(trust);
  auto splits = data::load(config.data, config.seed, model::image_form(config.model),
                           vocabulary_of(config.model), {}, &inputs.data);
  collect_small_inputs(config, inputs);
  return setup_for(std::move(splits), std::move(inputs), config);
}

Setup imagine_setup(const config::RunConfig& config) {
  auto setup = setup_for(data::imagine(config.data, config.seed, model::image_form(config.model)),
                         Inputs(io::DigestCache::Trust::remembered), config);
  const bool texts = setup.splits.train.dataset->shape().vocabulary > 0;
  setup.plan.notes.push_back("data.dir is empty: planned with the official sizes of " +
                             config.data.name +
                             (texts ? ", every text as long as data.max_length" : ""));
  return setup;
}

engine::Forecast Setup::foreseen() const {
  auto forecast = this->forecast();
  forecast.without_prices().run(*plan.program);
  return forecast;
}

}  // namespace stockpot::jobs
