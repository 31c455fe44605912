// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/schedule.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "prune/programs/composer.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {
namespace {

struct NamedSchedule {
  const char* name;
  void (*compose)(Composer&);
  const char *what, *source;
};

// one row per schedule; a new one is one file here, one row, one value in config/run_config.hpp,
// one ini, one test
constexpr NamedSchedule kSchedules[] = {
    {"never", compose_never, "no cut", "-"},
    {"at_start", compose_at_start, "one cut before the first step", "3.6, 3.7, 3.10, 3.11"},
    {"growing", compose_growing,
     "rounds of t, 2t, 3t, ... steps, each with a cut of `isp.rate` of the rest", "ISP; 3.1, 3.4"},
    {"interval", compose_interval,
     "a tenth of the original weights every `prune.every_steps` steps", "ISP's code; 3.8"},
    {"levels", compose_levels,
     "a training per level, each followed by a cut and a rewind, and a last one",
     "LTH; 3.12, 3.13"},
    {"early_bird", compose_early_bird,
     "a cut when the mask differs little from those of four checkpoints before", "EB; 3.9"},
    {"released", compose_released,
     "growing rounds without adjustment until the sparsity is near, then a plain cut",
     "ISP's code; 3.2"},
};

/// Choices that do not go together.
void check_choices(const Method& method, const config::RunConfig& config, const Budget& budget) {
  if (method.rewind == RewindTo::step && method.schedule != "levels")
    throw ConfigError("prune.rewind step needs the schedule levels",
                      "the schedule is " + method.schedule, "take initial or keep");
  if (method.schedule == "early_bird" && method.denoise && config.isp.denoisers > 0)
    throw ConfigError("prune.schedule early_bird does not look ahead",
                      "the method " + method.name + " denoises",
                      "take prune.method early_bird, or isp.denoisers 0");
  if (budget.keep_in.empty()) return;
  if (method.schedule != "at_start")
    throw ConfigError("prune.ratios_of needs the schedule at_start",
                      "the schedule is " + method.schedule, "leave it empty");
  const auto kept = std::accumulate(budget.keep_in.begin(), budget.keep_in.end(), std::int64_t{0});
  const auto asked = keep_count(config.prune.sparsity, budget.prunable);
  if (kept != asked)
    throw ConfigError(
        fmt::format("prune.sparsity {} asks for {} weights", config.prune.sparsity, asked),
        fmt::format("the mask of prune.ratios_of keeps {} of {}", kept, budget.prunable),
        fmt::format("set prune.sparsity to {:.17g}",
                    1.0 - static_cast<double>(kept) / static_cast<double>(budget.prunable)));
}

}  // namespace

Budget make_budget(const config::TrainConfig& train, std::int64_t train_samples,
                   std::int64_t prunable, std::int64_t validation_samples) {
  const std::int64_t per_epoch = (train_samples + train.batch - 1) / train.batch;
  const auto of_epochs = std::llround(train.epochs * static_cast<double>(per_epoch));
  return {.total_steps = train.steps > 0 ? train.steps : std::max<std::int64_t>(1, of_epochs),
          .steps_per_epoch = per_epoch,
          .prunable = prunable,
          .has_validation = validation_samples > 0,
          .keep_in = {}};
}

std::vector<Described> described_schedules() {
  std::vector<Described> all;
  for (const auto& row : kSchedules) all.push_back({row.name, row.what, row.source});
  return all;
}

Plan make_plan(const Method& method, const config::RunConfig& config, const Budget& budget,
               Companion* companion) {
  check_choices(method, config, budget);
  Companion nobody;
  for (const auto& row : kSchedules) {
    if (method.schedule != row.name) continue;
    Composer composer(method, config, budget, companion == nullptr ? nobody : *companion);
    row.compose(composer);
    return composer.finish();
  }
  throw ConfigError("prune.schedule " + method.schedule + " is unknown");
}

}  // namespace stockpot::prune
