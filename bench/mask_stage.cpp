// SPDX-License-Identifier: Apache-2.0
// What a cut costs beyond its training: all of its stage on all ranks (look-aheads, their masks,
// votes, union, adjustment to the exact count, reports), over these ranks' look-aheads alone. Both
// sides begin together and end when the last rank has ended, so that ranks waiting for the slowest
// count on both. ViT of 4 blocks of width 192, 4 denoisers of 20 steps of 64 images (the paper has
// 10 to 100; the stage's own cost does not depend on them, so its share halves where they double).
#include <ATen/Parallel.h>

#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "prune/denoiser.hpp"
#include "prune/look_ahead.hpp"
#include "prune/score_main.hpp"
#include "prune/union_rule.hpp"

namespace stockpot::bench {
namespace {

config::RunConfig stage_config(const Setting& setting) {
  config::RunConfig config;
  const std::int64_t width = 3 * scaled(64, setting);
  config.model = vit_config(7, width, 4, 3, 4 * width);
  config.train.batch = scaled(64, setting, 8);
  config.isp.denoisers = 4;
  config.isp.look_ahead_steps = scaled(20, setting, 2);
  return config;
}

/// The cut of a round, on the ranks of `group`.
class Stage {
 public:
  Stage(const Workload& workload, const comm::Group& group)
      : workload_(workload),
        group_(group),
        task_{workload.config, *workload.model, workload.splits, group},
        reducer_(comm::make_gradient_reducer("mpi", {}, group)),
        engine_(task_, *reducer_, journal_),
        state_(engine::fresh_state(workload.initial_weights(), {}, workload.config.train)),
        scorer_(prune::make_scorer("magnitude")),
        denoiser_(engine_, state_, 0, *scorer_),
        planned_{.planned_before = state_.mask->size(), .keep = state_.mask->size() * 4 / 5} {}

  /// Look-ahead and decision, all that a run does for a cut but the cutting itself.
  mask::Mask whole() {
    const auto& isp = workload_.config.isp;
    prune::LookAhead(method_, isp, planned_).execute(engine_, state_);
    const auto keys = prune::score_main(engine_, state_, *scorer_, "magnitude", 0);
    const auto quotas =
        prune::quotas_of(method_.scope, *state_.mask, planned_.keep, state_.weights.layout());
    auto decision = prune::decide(
        prune::union_rule_of(isp),
        {.ballot = state_.ballot, .keys = keys, .mask = *state_.mask, .quotas = quotas}, group_);
    state_.ballot = {};
    return std::move(decision.mask);
  }

  void look_aheads_alone() {
    io::DenoiserRow row;
    Work work;
    for (std::int64_t n = group_.rank(); n < workload_.config.isp.denoisers; n += group_.size())
      denoiser_.run(n, row, work);
  }

  std::int64_t keep() const { return planned_.keep; }

 private:
  const Workload& workload_;
  const comm::Group& group_;
  train::Task task_;
  std::unique_ptr<comm::GradientReducer> reducer_;
  Progress progress_{"bench", 1, false};
  engine::Journal journal_{std::nullopt, progress_};
  engine::Engine engine_;
  engine::RunState state_;
  prune::Method method_ = prune::make_method({});
  std::unique_ptr<prune::Scorer> scorer_;
  prune::Denoiser denoiser_;
  prune::PlannedCut planned_;
};

}  // namespace

Timings mask_stage(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const auto& ranks = *setting.ranks;
  const Workload workload(stage_config(setting), 10'000, 28, 1);
  Stage stage(workload, ranks);
  auto result = mask::Mask::none(0);
  const Timings timings = time_interleaved(
      setting, 5,
      [&] {
        ranks.barrier();
        result = stage.whole();
        ranks.barrier();
      },
      [&] {
        ranks.barrier();
        stage.look_aheads_alone();
        ranks.barrier();
      });
  expect(result.kept() == stage.keep(), "the mask stage missed its count");
  const auto own = ranks.alone();
  if (ranks.size() > 1)
    expect(result == Stage(workload, own).whole(), "the mask depends on the number of ranks");
  return timings;
}

}  // namespace stockpot::bench
