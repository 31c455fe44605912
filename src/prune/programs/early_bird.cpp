// SPDX-License-Identifier: Apache-2.0
// EarlyBird, unstructured:
//   at steps 0, k, 2k, ...: the mask of a cut to the final count, compared with the four before it
//   where it differs from each on at most a fraction epsilon of all weights, or where the search
//   ends: cut, and train on with weights, moments and line as they are
// source: methods.md 3.9
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "prune/observe_mask.hpp"
#include "prune/programs/schedules.hpp"

namespace stockpot::prune {
namespace {

constexpr std::int64_t kFirstDraw = ObserveMask::kCompared;  // the checkpoint that has four before

/// Steps between two checkpoints of a search of `most` steps.
std::int64_t interval_of(Composer& compose, std::int64_t most) {
  constexpr std::int64_t kIntervalsOfAShortSearch = 2 * kFirstDraw;
  const auto asked = compose.config().prune.early_bird_steps,
             epoch = compose.budget().steps_per_epoch;
  const auto every =
      asked > 0 ? asked
                : std::min(epoch, std::max<std::int64_t>(1, most / kIntervalsOfAShortSearch));
  if (most / every < kFirstDraw)
    throw ConfigError(
        "no mask can be drawn",
        fmt::format("four checkpoints, {} steps apart, come before the first; "
                    "prune.early_bird_share leaves {} steps",
                    every, most),
        "lower prune.early_bird_steps, or raise prune.early_bird_share or train.steps");
  if (asked == 0 && every < epoch)
    compose.note(fmt::format("a mask is looked at every {} steps: an epoch has {}, the search {}",
                             every, epoch, most));
  return every;
}

}  // namespace

void compose_early_bird(Composer& compose) {
  const auto& prune = compose.config().prune;
  const auto total = compose.budget().total_steps;
  const auto keep = keep_count(prune.sparsity, compose.budget().prunable);
  if (keep == compose.budget().prunable) return compose_never(compose);
  const auto most =
      static_cast<std::int64_t>(std::floor(prune.early_bird_share * static_cast<double>(total)));
  const auto every = interval_of(compose, most), last = most / every;
  compose.note(fmt::format("the mask is drawn at step {} at the earliest, {} at the latest",
                           kFirstDraw * every, last * every));
  for (std::int64_t i = 0; i <= last; ++i) {
    if (i > 0) compose.train(every);
    compose.act(std::make_unique<ObserveMask>(compose.method(), compose.planned(keep, true), i,
                                              prune.early_bird_distance, i == last));
    if (i < kFirstDraw) continue;
    compose.branch(i + 1, [&] {
      compose.cut(keep, true);
      compose.validate();
      compose.fine_tune(total - i * every);
    });
  }
}

}  // namespace stockpot::prune
