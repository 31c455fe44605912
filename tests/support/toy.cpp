// SPDX-License-Identifier: Apache-2.0
#include "support/toy.hpp"

#include <ATen/Parallel.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.hpp"
#include "soup/companion.hpp"

namespace stockpot::test {
namespace {

data::Split range(const std::shared_ptr<const data::Dataset>& images, std::int64_t begin,
                  std::int64_t end) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(end - begin));
  std::iota(indices.begin(), indices.end(), begin);
  return {images, std::move(indices)};
}

config::RunConfig toy_config(const Change& change) {
  config::RunConfig c;
  c.seed = 11;
  c.model.patch = 2;
  c.model.width = 16;
  c.model.depth = 2;
  c.model.heads = 2;
  c.model.mlp_width = 32;
  c.train.steps = 30;
  c.train.batch = 16;
  c.train.lr = 3e-3;
  c.prune.sparsity = 0.5;
  c.prune.search_share = 0.3;
  c.isp.denoisers = 3;
  c.isp.look_ahead_steps = 4;
  c.isp.round_steps = 2;
  c.dist.reduction = "fixed";
  change(c);
  return c;
}

prune::Plan make_toy_plan(const config::RunConfig& config, const prune::Method& method,
                          const model::Model& model, const data::Splits& splits) {
  const auto recipe = soup::make_recipe(config.soup);
  const auto budget =
      prune::make_budget(config.train, splits.train.size(), model.layout()->prunable(),
                         config.data.validation_size == 0 ? 0 : splits.validation.size());
  soup::check_soup(recipe, config, method, budget);
  soup::SoupCompanion companion(recipe, config, soup::find_finished(recipe, config, model));
  return prune::make_plan(method, config, budget, &companion);
}

}  // namespace

void ToyImages::fill(std::span<const std::int64_t> indices, const data::Augmentation&,
                     data::Batch& batch) const {
  const bool broken = good_calls_ >= 0 && calls_++ >= good_calls_;
  batch.size = static_cast<std::int64_t>(indices.size());
  batch.pixels.clear();
  batch.labels.clear();
  for (const auto index : indices) {
    RandomStream noise(seed_, Purpose::augmentation, {.sample = static_cast<std::uint32_t>(index)});
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 4; ++x) {
        const bool lit = (y / 2) * 2 + x / 2 == label(index);
        batch.pixels.push_back(broken
                                   ? std::numeric_limits<float>::quiet_NaN()
                                   : static_cast<float>((lit ? 1.0 : 0.0) + 0.3 * noise.normal()));
      }
    batch.labels.push_back(label(index));
  }
}

ToyRun::ToyRun(const Change& change, engine::Observer* observer)
    : config(toy_config(change)),
      images(std::make_shared<ToyImages>(280, 5)),
      splits{range(images, 0, 200), range(images, 200, 240), range(images, 240, 280), {}, {}},
      model(model::make_model(config.model, images->shape())),
      method(prune::make_method(config.prune)),
      plan(make_toy_plan(config, method, *model, splits)),
      reducer(comm::make_gradient_reducer("mpi", {}, world())),
      progress("toy", 1, false),
      journal(std::nullopt, progress),
      task{config, *model, splits, world()},
      engine(task, *reducer, journal, observer) {
  at::set_num_threads(1);
  engine.keep_files_in(folder.path());
}

engine::RunState ToyRun::fresh_state() const {
  model::Weights weights(model->layout(), at::kCPU);
  model::initialise(weights, config.seed);
  return engine::fresh_state(std::move(weights), plan.line, config.train);
}

std::vector<float> weights_of(const engine::RunState& state) {
  const auto w = state.weights.host();
  return {w.begin(), w.end()};
}

}  // namespace stockpot::test
