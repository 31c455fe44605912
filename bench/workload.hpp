// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>

#include "bench/benchmark.hpp"
#include "config/run_config.hpp"
#include "data/dataset.hpp"
#include "model/model.hpp"
#include "train/loss.hpp"
#include "train/optimizer.hpp"

namespace stockpot::bench {

/// `count` texts of `shortest` to `longest` random tokens below `vocabulary`, one segment, in 2
/// classes.
std::shared_ptr<const data::Dataset> random_texts(std::int64_t count, std::int64_t vocabulary,
                                                  std::int64_t shortest, std::int64_t longest);

/// A training as `stockpot run` would start it, on random data instead of files: a loader's and a
/// network's time do not depend on what the bytes say.
struct Workload {
  using MakeModel = std::function<std::unique_ptr<const model::Model>(const data::DataShape&)>;
  Workload(config::RunConfig run_config, std::shared_ptr<const data::Dataset> train,
           const MakeModel& make_model);

  /// count, side, channels  of the training images, [count, channels, side, side] bytes in 10
  /// classes, moved and mirrored on the fly; the model is that of the configuration
  Workload(config::RunConfig run_config, std::int64_t count, std::int64_t side,
           std::int64_t channels);

  /// The same initial weights every time.
  model::Weights initial_weights() const;

  config::RunConfig config;
  data::Splits splits;  ///< only `train` holds samples
  std::unique_ptr<const model::Model> model;
};

/// A vit_tiny of these sizes.
config::ModelConfig vit_config(std::int64_t patch, std::int64_t width, std::int64_t depth,
                               std::int64_t heads, std::int64_t mlp_width);

/// The settings of configs/quickstart: ViT of 4 blocks of width 64, batch 64. `setting.scale`
/// shrinks width and batch.
config::RunConfig quickstart_config(const Setting& setting);

/// A network in training apart from any run: this rank alone, no mask, no journal.
class Trainee {
 public:
  /// The workload outlives it.
  explicit Trainee(const Workload& workload);

  /// One optimizer step on `batch`; returns its loss.
  /// dropout  of the batch; null: nothing is dropped
  double step(const data::Batch& batch, const model::Dropout* dropout = nullptr);

  const model::Weights& weights() const { return weights_; }
  std::int64_t steps() const { return moments_.steps; }

 private:
  const Workload& workload_;
  std::unique_ptr<const train::Loss> loss_;
  std::unique_ptr<const train::Optimizer> optimizer_;
  model::Weights weights_;
  model::Gradients gradients_;
  train::PlacedMask mask_;
  train::Moments moments_;
};

}  // namespace stockpot::bench
