// A training step (forward, backward, clip, AdamW) on the flat arena, against EagerVit from the same weights on the same batch.
#include <ATen/Parallel.h>

#include <cmath>

#include "bench/eager_vit.hpp"
#include "bench/entries.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"

namespace stockpot::bench {
namespace {

Timings step_vs_eager(const Setting& setting, const Workload& workload, int rounds) {
  at::set_num_threads(setting.threads);
  const auto& train = workload.splits.train;
  data::Batch batch;
  train.dataset->fill(std::span(train.indices).first(static_cast<std::size_t>(workload.config.train.batch)), {}, batch);
  const auto inputs = model::to_inputs(batch, train.dataset->shape(), at::kCPU);

  auto state = workload.fresh_state();
  EagerVit eager(workload.config, state.arena);
  std::vector<double> losses, eager_losses;
  const Timings timings = time_interleaved(
      setting, rounds, [&] { losses.push_back(train_step(workload, state, batch)); }, [&] { eager_losses.push_back(eager.step(inputs.pixels, inputs.labels)); });
  for (std::size_t i = 0; i < losses.size(); ++i)  // rounding differs, and the steps carry it on
    expect(std::abs(losses[i] - eager_losses[i]) <= 1e-3 * eager_losses[i], "the losses of step " + std::to_string(i + 1) + " differ: ours " +
                                                                                std::to_string(losses[i]) + ", eager " + std::to_string(eager_losses[i]));
  return timings;
}

}  // namespace

Timings vit_tiny_step(const Setting& setting) {
  auto config = quickstart_config(setting);
  config.train.lr = 1e-5;  // one batch again and again: at a small rate its loss stays one that can be compared
  return step_vs_eager(setting, Workload(config, config.train.batch, 28, 1), 101);
}

Timings vit_b32_step(const Setting& setting) {
  config::RunConfig config;
  const std::int64_t width = 12 * scaled(64, setting);
  config.model = vit_config(32, width, 12, 12, 4 * width);
  config.train.batch = 8;
  return step_vs_eager(setting, Workload(config, config.train.batch, 224, 3), 5);
}

}  // namespace stockpot::bench
