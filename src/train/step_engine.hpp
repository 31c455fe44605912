// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "comm/gradient_reducer.hpp"
#include "core/cost.hpp"
#include "train/flops.hpp"
#include "train/loss.hpp"
#include "train/precision.hpp"
#include "train/task.hpp"

namespace stockpot::train {

/// The samples of one optimizer step.
struct StepSamples {
  std::span<const std::int64_t> indices;  ///< positions in the official file
  data::Augmentation augmentation;        ///< by which keys they are augmented
  /// By which keys the dropout of `train.dropout` is drawn; none: nothing is dropped, as in
  /// evaluations, scores and statistics.
  std::optional<model::StepKey> dropout = {};
};

/// How a step's samples are shared among ranks, and how their gradients are added up.
enum class Reduction {
  alone,  ///< this rank takes all
  fast,   ///< rank r takes a contiguous part; the back end adds in its own order
  fixed,  ///< `dist.shards` parts, added in a fixed tree: the same bits for every number of ranks,
          ///< at the price of gradient buffers (comm/tree_sum.hpp)
};

/// The one that `dist.reduction` names.
Reduction reduction_of(const config::DistConfig& config);

/// Into how many parts a batch is cut before it is priced: `fast` as one rank would compute it.
int parts_of(Reduction reduction, const config::DistConfig& config);

/// The samples that part `part` of `parts` of a batch has: contiguous, as equal as can be.
std::span<const std::int64_t> part_of(std::span<const std::int64_t> all, int part, int parts);

/// What the gradient of a batch of `indices`, cut into `parts`, costs under the mask of `meter`:
/// one step, over all ranks, the same for every number of them.
Work step_work(const data::Dataset& dataset, std::span<const std::int64_t> indices, int parts,
               const FlopMeter& meter);

/// What `train.dropout` makes training drop; nothing where it is 0.
/// throws ConfigError where the model has no site to drop at
std::optional<model::DropoutRates> dropout_rates(const config::TrainConfig& config,
                                                 const model::Model& model);

/// From samples to a gradient: fill, forward, loss, backward, sum over ranks. The main training, a
/// look-ahead, batches of a score and running statistics all go through here.
class StepEngine {
 public:
  /// reducer  who adds up under Reduction::fast, else null. It and `task` outlive the engine.
  StepEngine(const Task& task, Reduction reduction, comm::GradientReducer* reducer = nullptr);

  /// Set `gradients` to the gradient of the mean loss over `samples`, with the loss itself last and
  /// between them the statistics of the batch; `weights` are those that it was made for.
  /// collective over `task.group`, except where the reduction is `alone`
  void gradient(const model::Weights& weights, model::Gradients& gradients,
                const StepSamples& samples);

  /// Add to `gradients` that of `scale` times the summed loss of a filled batch, and the loss and
  /// the statistics of the batch with it. Not collective.
  void add_gradient(const model::Weights& weights, model::Gradients& gradients,
                    const data::Batch& batch, double scale) const;

  /// What that gradient costs (step_work).
  Work work(const StepSamples& samples, const FlopMeter& meter) const;

  /// Show `samples` to the network in training form, without a gradient, and set the statistics in
  /// `gradients` to `share` times those of the batch. Not collective.
  void statistics(const model::Weights& weights, model::Gradients& gradients,
                  const StepSamples& samples, double share);

 private:
  void add_part(const model::Weights& weights, model::Gradients& gradients,
                const StepSamples& samples, int part, int parts);
  void sum_in_tree(const model::Weights& weights, model::Gradients& gradients,
                   const StepSamples& samples);

  const Task& task_;
  Reduction reduction_;
  int parts_;
  comm::GradientReducer* reducer_;
  std::unique_ptr<const Loss> loss_;
  Precision precision_;
  std::optional<model::DropoutRates> dropout_;
  data::Batch batch_;
  std::vector<float> total_;
  std::vector<std::vector<float>> scratch_;
};

}  // namespace stockpot::train
