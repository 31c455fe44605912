// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "comm/gradient_reducer.hpp"
#include "engine/engine.hpp"
#include "model/model.hpp"
#include "prune/programs/schedule.hpp"
#include "support/temp_dir.hpp"
#include "support/world.hpp"

namespace stockpot::test {

/// 96 texts of 3 to 11 tokens in two classes: whether the second token is odd.
class ToyTexts final : public data::Dataset {
 public:
  ToyTexts() {
    for (std::int64_t i = 0; i < size(); ++i) lengths_.push_back(3 + i * 7 % 9);
  }
  std::int64_t size() const override { return 96; }
  data::DataShape shape() const override { return {.classes = 2, .vocabulary = 60, .tokens = 11}; }
  const std::vector<std::string>& class_names() const override { return names_; }
  std::int64_t label(std::int64_t index) const override { return token(index, 1) % 2; }
  std::span<const std::int64_t> lengths() const override { return lengths_; }

  void fill(std::span<const std::int64_t> indices, const data::Augmentation&,
            data::Batch& batch) const override {
    batch = {};
    batch.size = static_cast<std::int64_t>(indices.size());
    for (const auto index : indices) {
      batch.lengths.push_back(lengths_.at(static_cast<std::size_t>(index)));
      batch.labels.push_back(label(index));
    }
    batch.tokens = std::ranges::max(batch.lengths);
    for (std::size_t b = 0; b < indices.size(); ++b)
      for (std::int64_t t = 0; t < batch.tokens; ++t)
        batch.token_ids.push_back(t < batch.lengths[b] ? token(indices[b], t) : 0);
    batch.token_types.resize(batch.token_ids.size());
  }

 private:
  static std::int64_t token(std::int64_t index, std::int64_t t) {
    return 1 + (index * 13 + t * 29 + index * t) % 59;
  }
  std::vector<std::int64_t> lengths_;
  std::vector<std::string> names_{"even", "odd"};
};

/// A run of a BERT of 2 blocks on the toy texts, as the run job makes it.
struct ToyTextRun {
  template <typename Change>
  explicit ToyTextRun(const Change& change)
      : config(config_of(folder, change)),
        texts(std::make_shared<ToyTexts>()),
        splits{range(0, 64), range(64, 80), range(80, 96), {}, {}},
        model(model::make_model(config.model, texts->shape())),
        method(prune::make_method(config.prune)),
        plan(prune::make_plan(
            method, config, prune::make_budget(config.train, 64, model->layout()->prunable(), 16))),
        reducer(comm::make_gradient_reducer("mpi", {}, world())),
        progress("toy texts", 1, false),
        journal(std::nullopt, progress),
        task{config, *model, splits, world()},
        engine(task, *reducer, journal) {}

  engine::RunState fresh_state() const {
    model::Weights weights(model->layout(), at::kCPU);
    model::initialise(weights, config.seed);
    return engine::fresh_state(std::move(weights), plan.line, config.train);
  }
  void run(engine::RunState& state) { engine.run(*plan.program, state); }

  TempDir folder;
  config::RunConfig config;
  std::shared_ptr<ToyTexts> texts;
  data::Splits splits;
  std::unique_ptr<const model::Model> model;
  prune::Method method;
  prune::Plan plan;
  std::unique_ptr<comm::GradientReducer> reducer;
  Progress progress;
  engine::Journal journal;
  train::Task task;
  engine::Engine engine;

 private:
  template <typename Change>
  static config::RunConfig config_of(const TempDir& folder, const Change& change) {
    const auto sizes = folder.path() / "config.json";
    std::ofstream(sizes) << R"({"model_type": "bert", "vocab_size": 60, "hidden_size": 24,
      "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40,
      "max_position_embeddings": 16, "hidden_dropout_prob": 0.2,
      "attention_probs_dropout_prob": 0.3, "classifier_dropout": null})";
    config::RunConfig c;
    c.seed = 5;
    c.model.name = "bert";
    c.model.config = sizes.string();
    c.train.steps = 12;
    c.train.batch = 8;
    c.train.lr = 3e-3;
    c.prune.sparsity = 0.3;
    c.isp.denoisers = 3;
    c.isp.look_ahead_steps = 2;
    c.isp.round_steps = 2;
    c.isp.rate = 0.3;
    c.dist.reduction = "fixed";
    change(c);
    return c;
  }
  data::Split range(std::int64_t begin, std::int64_t end) const {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(end - begin));
    std::iota(indices.begin(), indices.end(), begin);
    return {texts, std::move(indices)};
  }
};

}  // namespace stockpot::test
