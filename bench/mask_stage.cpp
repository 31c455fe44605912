// SPDX-License-Identifier: Apache-2.0
// What a cut costs beyond its training: all of denoised_cut on all ranks (look-aheads, their masks,
// votes, union, adjustment to the exact count, reports), over these ranks' look-aheads alone. Both
// sides begin together and end when the last rank has ended, so that ranks waiting for the slowest
// count on both. ViT of 4 blocks of width 192, 4 denoisers of 20 steps of 64 images (the paper has
// 10 to 100; the stage's own cost does not depend on them, so its share halves where they double).
#include <ATen/Parallel.h>

#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "prune/denoise.hpp"
#include "prune/look_ahead.hpp"

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

/// What a run reports to.
struct Ledgers {
  std::unique_ptr<comm::GradientReducer> reducer;
  io::RunResult result;
  CostLedger ledger;
  Progress progress{"bench", 1, false};
  train::Journal journal{result, std::nullopt, progress};

  explicit Ledgers(const comm::Group& ranks)
      : reducer(comm::make_gradient_reducer("mpi", {}, ranks)) {}
};

}  // namespace

Timings mask_stage(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const auto& ranks = *setting.ranks;
  const auto own = ranks.alone();
  const Workload workload(stage_config(setting), 10'000, 28, 1);
  Ledgers ledgers(ranks);
  const auto context_of = [&](const comm::Group& comm) {
    return train::Context{workload.config, comm,     *ledgers.reducer, *workload.model,
                          workload.splits, at::kCPU, ledgers.ledger,   ledgers.journal};
  };
  const auto context = context_of(ranks), alone = context_of(own);
  const auto state = workload.fresh_state();
  const prune::Cut cut{.round = 0, .train_steps = 0, .keep = state.mask.size() * 4 / 5};
  const auto score = prune::score_by_name("magnitude");

  prune::LookAhead look_ahead(context, state, cut.round, score);
  std::optional<prune::DenoisedCut> result;
  const Timings timings = time_interleaved(
      setting, 5,
      [&] {
        ranks.barrier();
        result = prune::denoised_cut(context, state, cut, false, score, "global");
        ranks.barrier();
      },
      [&] {
        ranks.barrier();
        io::DenoiserRow row;
        for (std::int64_t n = ranks.rank(); n < workload.config.isp.denoisers; n += ranks.size())
          look_ahead.run(n, row);
        ranks.barrier();
      });
  expect(result->mask.kept() == cut.keep, "the mask stage missed its count");
  if (ranks.size() > 1)
    expect(result->mask == prune::denoised_cut(alone, state, cut, false, score, "global").mask,
           "the mask depends on the number of ranks");
  return timings;
}

}  // namespace stockpot::bench
