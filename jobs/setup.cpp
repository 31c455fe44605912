// SPDX-License-Identifier: Apache-2.0
#include "jobs/setup.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "core/error.hpp"
#include "data/batch_order.hpp"
#include "data/load.hpp"
#include "io/safetensors.hpp"
#include "model/weights.hpp"
#include "train/flops.hpp"

namespace stockpot::jobs {
namespace {

/// Nearest folder above `path` that exists.
std::filesystem::path existing_parent(std::filesystem::path path) {
  path = std::filesystem::absolute(path);
  while (!std::filesystem::exists(path) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

void check_writable(const std::filesystem::path& folder) {
  const auto parent = existing_parent(folder);
  if (!std::filesystem::is_directory(parent))
    throw IoError("run folder " + folder.string() + " cannot be made",
                  parent.string() + " is not a folder");
  if (::access(parent.c_str(), W_OK) != 0)
    throw IoError("run folder " + folder.string() + " cannot be written",
                  "no permission in " + parent.string(), "choose another run_root or --run-dir");
}

std::string format(const char* pattern, auto... values) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

/// Samples and tokens of the first training batch: what a step is planned to cost.
data::Batch first_batch(const Setup& setup) {
  const auto& train = setup.splits.train;
  std::vector<std::int64_t> indices;
  data::make_batch_order(train, setup.config.train.batch, setup.config.seed)->batch(0, indices);
  data::Batch batch;
  train.dataset->fill(indices, {}, batch);
  return batch;
}

/// FLOPs of one training step on `batch` under a mask of `kept` weights, spread evenly.
double step_flops(const Setup& setup, const data::Batch& batch, double density) {
  const auto cost = setup.model->forward_cost(batch);
  double flops = cost.other_flops;
  std::size_t i = 0;
  for (const auto& leaf : setup.model->layout()->leaves())
    if (leaf.role == model::Role::prunable)
      flops += 2.0 * cost.positions[i++] * static_cast<double>(leaf.size()) * density;
  return train::kTrainingPasses * flops;
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

namespace {

/// Model and plan for data that is there, or imagined.
Setup setup_for(data::Splits splits, const config::RunConfig& config) {
  auto model = model::make_model(config.model, splits.train.dataset->shape());
  auto method = prune::make_method(config.prune);
  const auto budget =
      prune::make_budget(config.train, splits.train.size(), model->layout()->prunable());
  if (config.train.batch > splits.train.size())
    throw ConfigError(
        "train.batch " + std::to_string(config.train.batch) + " is larger than the training set",
        std::to_string(splits.train.size()) + " samples", "lower it");
  auto plan = prune::make_plan(method.schedule, config, budget);
  const std::int64_t look_ahead = method.denoise && config.isp.denoisers > 0
                                      ? config.isp.look_ahead_steps * config.train.batch
                                      : 0;
  if (look_ahead > splits.train.size())
    plan.notes.push_back("a look-ahead of " + std::to_string(look_ahead) +
                         " samples is longer than the training set of " +
                         std::to_string(splits.train.size()) +
                         ": it begins again with the same draw");
  return {config, std::move(splits), std::move(model), std::move(method), budget, std::move(plan)};
}

}  // namespace

Setup make_setup(const config::RunConfig& config) {
  return setup_for(data::load(config.data, config.seed, model::image_form(config.model),
                              vocabulary_of(config.model)),
                   config);
}

Setup imagine_setup(const config::RunConfig& config) {
  auto setup =
      setup_for(data::imagine(config.data, config.seed, model::image_form(config.model)), config);
  setup.plan.notes.push_back("data.dir is empty: planned with the official sizes of " +
                             config.data.name +
                             (setup.splits.train.dataset->shape().vocabulary > 0
                                  ? ", every text as long as data.max_length"
                                  : ""));
  return setup;
}

std::vector<Problem> find_problems(const config::RunConfig& config,
                                   const std::filesystem::path& folder) {
  std::vector<Problem> problems;
  const auto collect = [&](auto&& work) {
    try {
      work();
    } catch (const Error& error) {
      problems.push_back({error.what(), error.exit_code()});
    }
  };
  collect([&] { check_writable(folder); });
  bool has_weights = false;  // a readable file, which is then compared with the model
  collect([&] {
    if (config.model.weights == "random") return;
    const io::SafetensorsReader reader(config.model.weights);
    has_weights = true;
  });
  collect([&] {
    const auto setup = make_setup(config);
    if (!has_weights) return;
    model::Arena arena(setup.model->layout(), at::kCPU);
    const auto source = weights_source(config, config.model.weights, setup.splits.train);
    for (const auto& name : model::load_weights(source.weights, setup.model->file_names(), arena))
      setup.model->check_derive(source, name);
  });
  return problems;
}

std::string describe(const Setup& setup, const std::filesystem::path& folder) {
  const auto& config = setup.config;
  const auto& layout = *setup.model->layout();
  std::string text;
  text += format("method %s: schedule %s, score %s, %s, rewind %s, scope %s\n",
                 setup.method.name.c_str(), setup.method.schedule.c_str(),
                 setup.method.score.c_str(), setup.method.denoise ? "denoised" : "not denoised",
                 setup.method.rewind.c_str(), setup.method.scope.c_str());
  text +=
      format("data   %s: %lld training, %lld validation, %lld test samples; %lld steps per epoch\n",
             config.data.name.c_str(), static_cast<long long>(setup.splits.train.size()),
             static_cast<long long>(setup.splits.validation.size()),
             static_cast<long long>(setup.splits.test.size()),
             static_cast<long long>(setup.budget.steps_per_epoch));
  text += format("model  %s: %lld parameters, %lld of them prunable\n", config.model.name.c_str(),
                 static_cast<long long>(layout.total()), static_cast<long long>(layout.prunable()));
  for (const auto& note : setup.plan.notes) text += "note   " + note + "\n";

  const auto batch = first_batch(setup);
  double flops = 0, density = 1.0;
  std::int64_t look_ahead = 0, step = 0;
  text += "\n  cut  train steps  at step       kept  sparsity  look-ahead steps\n";
  for (const auto& cut : setup.plan.cuts) {
    const std::int64_t ahead =
        setup.method.denoise ? config.isp.denoisers * config.isp.look_ahead_steps : 0;
    flops += step_flops(setup, batch, density) * static_cast<double>(cut.train_steps + ahead);
    look_ahead += ahead;
    step += cut.train_steps;
    density = static_cast<double>(cut.keep) / static_cast<double>(layout.prunable());
    text +=
        format("%5lld  %11lld  %7lld  %9lld  %8.4f  %16lld\n", static_cast<long long>(cut.round),
               static_cast<long long>(cut.train_steps), static_cast<long long>(step),
               static_cast<long long>(cut.keep), 1.0 - density, static_cast<long long>(ahead));
  }
  flops += step_flops(setup, batch, density) * static_cast<double>(setup.plan.fine_tune_steps);
  const double dense_flops =
      step_flops(setup, batch, 1.0) * static_cast<double>(setup.plan.total_steps() + look_ahead);
  // w, g, m, v before the first cut, and the same of one look-ahead per rank while it runs
  const double bytes = 4.0 * static_cast<double>(layout.total()) *
                       (setup.method.denoise && config.isp.denoisers > 0 ? 8 : 4);
  text += format(
      "\nsteps  %lld of the main network (%lld after the last cut), %lld of look-ahead\n",
      static_cast<long long>(setup.plan.total_steps()),
      static_cast<long long>(setup.plan.fine_tune_steps), static_cast<long long>(look_ahead));
  text += format(
      "flops  %.3g executed, %.3g theoretical (pruned weights skipped), evaluation not counted\n",
      dense_flops, flops);
  text += format(
      "memory at most %.1f MiB per rank for weights, gradients and moments; activations and data "
      "come on top\n",
      bytes / 1048576.0);
  text += "folder " + folder.string() + "\n";
  return text;
}

}  // namespace stockpot::jobs
