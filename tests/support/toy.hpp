// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "comm/gradient_reducer.hpp"
#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "model/model.hpp"
#include "prune/programs/schedule.hpp"
#include "support/temp_dir.hpp"
#include "support/world.hpp"

namespace stockpot::test {

/// Images of 4 x 4 whose class shows in one of four quadrants, with keyed noise: learnable in
/// seconds, the same everywhere.
class ToyImages final : public data::Dataset {
 public:
  ToyImages(std::int64_t size, std::uint64_t seed) : size_(size), seed_(seed) {}
  std::int64_t size() const override { return size_; }
  data::DataShape shape() const override {
    return {.channels = 1, .height = 4, .width = 4, .classes = 4};
  }
  const std::vector<std::string>& class_names() const override { return names_; }
  std::int64_t label(std::int64_t index) const override { return index % 4; }
  void fill(std::span<const std::int64_t> indices, const data::Augmentation& augmentation,
            data::Batch& batch) const override;

  /// From the `calls`-th call of fill on (from 0), pixels are NaN: damaged data in mid-run.
  void break_after(std::int64_t calls) { good_calls_ = calls; }

 private:
  std::int64_t size_;
  std::uint64_t seed_;
  std::vector<std::string> names_;
  std::int64_t good_calls_ = -1;
  mutable std::int64_t calls_ = 0;
};

/// Changes of the toy's settings.
using Change = std::function<void(config::RunConfig&)>;

/// Everything that a run of the toy needs, as the run job makes it: a ViT of 2 blocks, 200
/// training, 40 validation, 40 test samples.
struct ToyRun {
  explicit ToyRun(
      const Change& change = [](config::RunConfig&) {}, engine::Observer* observer = nullptr);

  /// A fresh state: initial weights, full mask, no steps.
  engine::RunState fresh_state() const;
  /// Execute the program of the settings from where `state` stands.
  void run(engine::RunState& state) { engine.run(*plan.program, state); }
  /// Take steps of the main network.
  void train(engine::RunState& state, std::int64_t steps, Phase phase = Phase::train) {
    for (std::int64_t i = 0; i < steps; ++i) engine.train_step(state, phase);
  }
  /// Nothing done, nothing priced.
  engine::Forecast forecast() const { return {config, *model, splits, plan.line}; }

  TempDir folder;  ///< of this rank's files
  config::RunConfig config;
  std::shared_ptr<ToyImages> images;
  data::Splits splits;
  std::unique_ptr<const model::Model> model;
  prune::Method method;
  prune::Plan plan;
  std::unique_ptr<comm::GradientReducer> reducer;
  Progress progress;
  engine::Journal journal;
  train::Task task;
  engine::Engine engine;
};

/// The weights as plain numbers, for comparing bits.
std::vector<float> weights_of(const engine::RunState& state);

}  // namespace stockpot::test
