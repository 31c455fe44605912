// SPDX-License-Identifier: Apache-2.0
// What SNIP and GraSP cost beyond the gradient of the same batches (forward and backward, added up
// as the scorer does): SNIP has nothing to add but one product per weight; GraSP makes a second
// pass with the backward pass of a backward pass, 12 forward passes against 3. On the way it is
// seen what a score holds beyond the gradient's memory: SNIP at most one copy of the weights; GraSP
// two, the direction and, within the second backward pass, what came to each weight by way of the
// first one: LibTorch's engine keeps that until what comes by the forward pass is there too.
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "bench/entries.hpp"
#include "bench/peak_memory.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "prune/scorer.hpp"
#include "prune/scores/score_samples.hpp"
#include "train/gradient.hpp"

namespace stockpot::bench {
namespace {

config::RunConfig scoring_config(const Setting& setting) {
  config::RunConfig config;
  const std::int64_t width = 12 * scaled(32, setting, 2);
  config.model = vit_config(7, width, 4, 12, 4 * width);
  config.train.batch = 20;
  config.prune.samples_per_class = 2;
  return config;
}

/// A score, and the gradient of the samples that it looks at.
class Scoring {
 public:
  Scoring(const Workload& workload, const std::string& score, const comm::Group& group)
      : workload_(workload),
        task_{workload.config, *workload.model, workload.splits, group},
        scorer_(prune::make_scorer(score)),
        mask_(std::make_shared<const mask::Mask>(mask::Mask::all(weights_.layout().prunable())),
              weights_.layout().trained(), at::kCPU),
        moments_(train::fresh_moments(mask_, workload.config.train)) {
    const auto& [config, train] = std::tie(workload.config, workload.splits.train);
    const auto batches = score == "snip" ? prune::drawn_batches(config, train, 0)
                                         : prune::balanced_batches(config, train, 0, true);
    expect(batches.size() == 1, "the benchmark's score looks at one batch");
    train.dataset->fill(batches.front(), {}, batch_);
  }

  double score() {
    const auto keys = scorer_->score({.task = task_,
                                      .group = task_.group,
                                      .weights = weights_,
                                      .moments = moments_,
                                      .mask = mask_,
                                      .gradients = gradients_});
    return keys.values.abs().sum().item().toDouble();
  }

  void gradient() {
    gradients_.clear();
    train::add_gradient({*workload_.model, weights_, train::Precision::fp32},
                        *train::make_loss(workload_.splits.train.dataset->shape()), batch_,
                        workload_.splits.train.dataset->shape(),
                        1.0 / static_cast<double>(batch_.size), gradients_);
  }

  std::int64_t bytes_of_weights() const {
    return static_cast<std::int64_t>(weights_.values().nbytes());
  }

 private:
  const Workload& workload_;
  train::Task task_;
  std::unique_ptr<prune::Scorer> scorer_;
  model::Weights weights_ = workload_.initial_weights();
  model::Gradients gradients_{weights_};
  train::PlacedMask mask_;
  train::Moments moments_;
  data::Batch batch_;
};

/// At the least batch, where activations are small: bytes beyond those of the gradient.
void expect_one_copy(const Setting& setting, const std::string& score, const comm::Group& group) {
  auto config = scoring_config(setting);
  config.train.batch = 10;
  config.prune.samples_per_class = 1;
  const Workload workload(config, 1000, 7, 1);  // two tokens an image
  Scoring scoring(workload, score, group);
  scoring.gradient();
  const auto of_gradient = peak_bytes([&] { scoring.gradient(); });
  const auto of_score = peak_bytes([&] { scoring.score(); });
  // the graph of a second backward pass holds activations a few times over
  const auto allowed = scoring.bytes_of_weights() + 4 * of_gradient;
  expect(of_score <= allowed,
         fmt::format("{} held {} bytes, the gradient {}, the weights have {}", score, of_score,
                     of_gradient, scoring.bytes_of_weights()));
}

Timings scoring_vs_gradient(const Setting& setting, const std::string& score) {
  at::set_num_threads(setting.threads);
  const auto group = setting.ranks->alone();
  expect_one_copy(setting, score, group);
  const Workload workload(scoring_config(setting), 1000, 28, 1);
  Scoring scoring(workload, score, group);
  double sum = 0;
  const auto timings =
      time_interleaved(setting, 9, [&] { sum = scoring.score(); }, [&] { scoring.gradient(); });
  expect(sum > 0, "the score says nothing");
  return timings;
}

}  // namespace

Timings snip_vs_gradient(const Setting& setting) { return scoring_vs_gradient(setting, "snip"); }

Timings grasp_vs_gradient(const Setting& setting) { return scoring_vs_gradient(setting, "grasp"); }

}  // namespace stockpot::bench
