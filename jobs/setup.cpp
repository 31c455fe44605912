// SPDX-License-Identifier: Apache-2.0
#include "jobs/setup.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "data/load.hpp"
#include "data/text/glue.hpp"
#include "jobs/mask_ratios.hpp"
#include "prune/densities.hpp"
#include "prune/scorer.hpp"
#include "soup/companion.hpp"
#include "train/step_engine.hpp"

namespace stockpot::jobs {
namespace {

/// A look-ahead longer than the data begins again with the same draw, and the plan says so.
void note_wrapping(const config::RunConfig& config, const Setup& setup, prune::Plan& plan) {
  if (!setup.method.denoise || config.isp.denoisers == 0 || config.isp.look_ahead_share > 0) return;
  const auto wanted = config.isp.look_ahead_steps * config.train.batch;
  if (wanted > setup.splits.train.size())
    plan.notes.push_back(
        fmt::format("a look-ahead of {} samples is longer than the training set of {}: it begins "
                    "again with the same draw",
                    wanted, setup.splits.train.size()));
}

/// What a plan without data takes the lengths of texts to be, and how far from the truth that is.
std::string note_of_lengths(const config::DataConfig& data) {
  std::string note =
      fmt::format(", every text as long as data.max_length ({} tokens)", data.max_length);
  const auto* task = data::find_glue_task(data.name);
  const double measured = task == nullptr ? 0 : data::measured_tokens(*task);
  const auto assumed = static_cast<double>(data.max_length);
  if (measured == 0 || measured > assumed)
    return note + "; real ones are shorter, FLOPs and time lower: data.dir tells";
  return note + fmt::format(
                    "; real ones take {:.1f} on average, so FLOPs and time are about {:.0f} "
                    "% of what stands here",
                    measured, 100 * measured / assumed);
}

}  // namespace

void check_batch(std::int64_t batch, std::int64_t samples) {
  if (batch > samples)
    throw ConfigError(fmt::format("train.batch {} is larger than the training set", batch),
                      fmt::format("{} samples", samples), "lower it");
}

prune::Plan make_plan(const config::RunConfig& config, const prune::Method& method,
                      const soup::Recipe& recipe, const prune::Budget& budget,
                      const model::Model& model) {
  soup::check_soup(recipe, config, method, budget);
  if (recipe.name == "none") return prune::make_plan(method, config, budget);
  auto finished = soup::find_finished(recipe, config, model);
  soup::SoupCompanion companion(recipe, config, std::move(finished));
  return prune::make_plan(method, config, budget, &companion);
}

Setup setup_for(data::Splits splits, Inputs inputs, const config::RunConfig& config) {
  Setup setup{.config = config,
              .inputs = std::move(inputs),
              .splits = std::move(splits),
              .unread = {},
              .model = nullptr,
              .method = prune::make_method(config.prune),
              .soup = soup::make_recipe(config.soup),
              .budget = {},
              .plan = {}};
  const auto samples = setup.splits.train.size();
  setup.model = model::make_model(config.model, setup.splits.train.dataset->shape());
  setup.budget = prune::make_budget(config.train, samples, setup.model->layout()->prunable(),
                                    setup.splits.validation.size());
  check_batch(config.train.batch, samples);
  train::dropout_rates(config.train, *setup.model);
  const auto& layout = *setup.model->layout();
  if (!config.prune.ratios_of.empty())
    setup.budget.keep_in = kept_per_tensor(config.prune.ratios_of, layout, &setup.inputs.masks);
  if (setup.method.schedule != "never") {
    prune::check_room(config.prune, keep_count(config.prune.sparsity, layout.prunable()), layout);
    prune::make_scorer(setup.method.score)->check(config, setup.splits.train, false);
  }
  setup.plan = make_plan(config, setup.method, setup.soup, setup.budget, *setup.model);
  if (config.data.test_from_train > 0)
    setup.plan.notes.push_back(
        fmt::format("test is a fraction {} of the training set", config.data.test_from_train));
  for (const auto& line : setup.splits.unofficial)
    setup.plan.notes.push_back("not the official data: " + line);
  note_wrapping(config, setup, setup.plan);
  return setup;
}

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
  std::vector<data::UnreadPictures> unread;
  auto splits = data::load(config.data, config.seed, model::image_form(config.model),
                           vocabulary_of(config.model), {}, &inputs.data, &unread);
  collect_small_inputs(config, inputs);
  auto setup = setup_for(std::move(splits), std::move(inputs), config);
  if (setup.method.schedule != "never")
    prune::make_scorer(setup.method.score)->check(config, setup.splits.train, true);
  setup.unread = std::move(unread);
  return setup;
}

void Setup::read_pictures() {
  for (auto& pictures : std::exchange(unread, {})) pictures.read(inputs.data);
}

Setup imagine_setup(const config::RunConfig& config) {
  auto setup = setup_for(data::imagine(config.data, config.seed, model::image_form(config.model)),
                         Inputs(io::DigestCache::Trust::remembered), config);
  const bool texts = setup.splits.train.dataset->shape().vocabulary > 0;
  setup.plan.notes.push_back("data.dir is empty: planned with the official sizes of " +
                             config.data.name + (texts ? note_of_lengths(config.data) : ""));
  return setup;
}

engine::Forecast Setup::foreseen() const {
  auto forecast = this->forecast();
  forecast.without_prices().run(*plan.program);
  return forecast;
}

}  // namespace stockpot::jobs
