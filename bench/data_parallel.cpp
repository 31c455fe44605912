// SPDX-License-Identifier: Apache-2.0
// What it costs a rank to train as one of a group: a step by the data-parallel path on one rank
// over the same step without it, and a step on two ranks against the same step on one.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>

#include <numeric>
#include <optional>

#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "train/step_engine.hpp"

namespace stockpot::bench {
namespace {

/// A ViT of 4 blocks of width 192 on 64 images: enough work that two ranks can win.
config::RunConfig step_config(const Setting& setting) {
  config::RunConfig config;
  const std::int64_t width = 3 * scaled(64, setting);
  config.model = vit_config(7, width, 4, 3, 4 * width);
  config.train.batch = scaled(64, setting, 8);
  return config;
}

/// Gradients of one batch, on the ranks of a group.
class Stepper {
 public:
  Stepper(const Workload& workload, const comm::Group& group, train::Reduction reduction)
      : workload_(workload),
        task_{workload.config, *workload.model, workload.splits, group},
        reducer_(comm::make_gradient_reducer("mpi", {}, group)),
        steps_(task_, reduction, reducer_.get()),
        indices_(static_cast<std::size_t>(workload.config.train.batch)) {
    std::iota(indices_.begin(), indices_.end(), 0);
  }

  void step() {
    steps_.gradient(weights_, gradients_,
                    {.indices = indices_, .augmentation = {.enabled = true, .seed = 1}});
  }

  const at::Tensor& gradients() const { return gradients_.values(); }

 private:
  const Workload& workload_;
  train::Task task_;
  std::unique_ptr<comm::GradientReducer> reducer_;
  train::StepEngine steps_;
  std::vector<std::int64_t> indices_;
  model::Weights weights_ = workload_.initial_weights();
  model::Gradients gradients_{weights_};
};

void expect_equal(const Stepper& a, const Stepper& b, double tolerance) {
  const auto difference = (a.gradients() - b.gradients()).abs().max().item().toDouble();
  expect(difference <= tolerance, "the two sides have other gradients", difference);
}

}  // namespace

Timings parallel_path(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const auto alone = setting.ranks->alone();
  const Workload workload(step_config(setting), 1000, 28, 1);
  Stepper parallel(workload, alone, train::Reduction::fast);
  Stepper plain(workload, alone, train::Reduction::alone);
  const auto timings =
      time_interleaved(setting, 25, [&] { parallel.step(); }, [&] { plain.step(); });
  expect_equal(parallel, plain, 0);
  return timings;
}

Timings more_ranks(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const auto& ranks = *setting.ranks;
  const auto alone = ranks.alone();
  const Workload workload(step_config(setting), 1000, 28, 1);
  Stepper together(workload, ranks, train::Reduction::fast);
  std::optional<Stepper> one;
  if (ranks.is_root()) one.emplace(workload, alone, train::Reduction::alone);
  const auto timings = time_interleaved(
      setting, 15,
      [&] {
        ranks.barrier();
        together.step();
        ranks.barrier();
      },
      [&] {
        ranks.barrier();
        if (one) one->step();
        ranks.barrier();
      });
  if (one) expect_equal(together, *one, 1e-3);
  return timings;
}

}  // namespace stockpot::bench
