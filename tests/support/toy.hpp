// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "comm/gradient_reducer.hpp"
#include "model/model.hpp"
#include "prune/pipeline.hpp"
#include "support/world.hpp"
#include "train/trainer.hpp"

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

/// Everything a training of the toy needs, as the run job makes it: a ViT of 2 blocks, 200
/// training, 40 validation, 40 test samples.
struct ToyRun {
  explicit ToyRun(const std::function<void(config::RunConfig&)>& change = [](config::RunConfig&) {
  });

  /// A fresh state: initial weights, full mask, no steps.
  train::TrainState fresh_state() const;
  /// Run a method of the table; what is left is in the state.
  train::Evaluation run(train::TrainState& state);

  config::RunConfig config;
  std::shared_ptr<ToyImages> images;
  data::Splits splits;
  std::unique_ptr<const model::Model> model;
  std::unique_ptr<comm::GradientReducer> reducer;
  io::RunResult result;
  CostLedger ledger;
  Progress progress;
  train::Journal journal;
  train::Context context;
};

/// All that must not change when somebody only looks ahead: weights, gradients' mask, moments and
/// step counter, as one number.
std::uint64_t hash_of(const train::TrainState& state);

/// The weights as plain numbers, for comparing bits.
std::vector<float> weights_of(const train::TrainState& state);

}  // namespace stockpot::test
