// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/schedule.hpp"

#include <cmath>

#include "core/error.hpp"
#include "prune/programs/composer.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {
namespace {

struct NamedSchedule {
  const char* name;
  void (*compose)(Composer&);
};

// one row per schedule; a new one is one file here, one row, one value in config/run_config.hpp,
// one ini, one test
constexpr NamedSchedule kSchedules[] = {
    {"never", compose_never},       {"at_start", compose_at_start}, {"growing", compose_growing},
    {"interval", compose_interval}, {"levels", compose_levels},
};

}  // namespace

Budget make_budget(const config::TrainConfig& train, std::int64_t train_samples,
                   std::int64_t prunable, std::int64_t validation_samples) {
  const std::int64_t per_epoch = (train_samples + train.batch - 1) / train.batch;
  const auto of_epochs = std::llround(train.epochs * static_cast<double>(per_epoch));
  return {.total_steps = train.steps > 0 ? train.steps : std::max<std::int64_t>(1, of_epochs),
          .steps_per_epoch = per_epoch,
          .prunable = prunable,
          .has_validation = validation_samples > 0};
}

Plan make_plan(const Method& method, const config::RunConfig& config, const Budget& budget,
               Companion* companion) {
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
