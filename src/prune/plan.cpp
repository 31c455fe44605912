// SPDX-License-Identifier: Apache-2.0
#include "prune/plan.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"

namespace stockpot::prune {
namespace {

constexpr double kTenth =
    0.1;  // of the original weights per cut of `interval` and `restarts`; methods.md 3.8, 3.12
constexpr std::int64_t kIntervalsOfT = 11;  // 22 epochs, a cut every 2; methods.md 3.8

std::int64_t removed(double rate, std::int64_t remaining) {
  return remaining - keep_count(rate, remaining);
}

/// Weights left after each round that removes `rate` of the rest; the last one is clipped to
/// `final_keep`.
std::vector<std::int64_t> compounding(double rate, std::int64_t prunable, std::int64_t final_keep) {
  std::vector<std::int64_t> keeps;
  for (std::int64_t left = prunable; left > final_keep;) {
    left = std::max(final_keep, left - std::max<std::int64_t>(1, removed(rate, left)));
    keeps.push_back(left);
  }
  return keeps;
}

/// Steps of k rounds of t, 2t, ..., kt.
std::int64_t triangle(std::int64_t t, std::int64_t k) { return t * k * (k + 1) / 2; }

/// Weights left after each tenth of the original weights, down to sparsity S.
std::vector<std::int64_t> tenths(double sparsity, std::int64_t prunable) {
  std::vector<std::int64_t> keeps;
  const auto cuts = static_cast<std::int64_t>(std::ceil(sparsity / kTenth - 1e-9));
  for (std::int64_t i = 1; i <= cuts; ++i)
    keeps.push_back(keep_count(std::min(sparsity, kTenth * static_cast<double>(i)), prunable));
  return keeps;
}

Plan growing(const config::RunConfig& config, const Budget& budget) {
  const std::int64_t total = budget.total_steps;
  const std::int64_t t = config.isp.round_steps > 0
                             ? config.isp.round_steps
                             : std::max<std::int64_t>(1, (budget.steps_per_epoch + 5) / 10);
  const auto most_steps =
      static_cast<std::int64_t>(config.isp.budget_share * static_cast<double>(total));
  std::int64_t most_rounds = 0;
  while (triangle(t, most_rounds + 1) <= most_steps) ++most_rounds;
  const std::int64_t final_keep = keep_count(config.prune.sparsity, budget.prunable);

  Plan plan;
  auto keeps = compounding(config.isp.rate, budget.prunable, final_keep);
  if (!keeps.empty() && most_rounds == 0)
    throw ConfigError("no round of pruning fits into the budget",
                      "the first one takes isp.round_steps = " + std::to_string(t) +
                          " steps, isp.budget_share leaves " + std::to_string(most_steps) +
                          " of T = " + std::to_string(total),
                      "raise train.steps or lower isp.round_steps");
  if (static_cast<std::int64_t>(keeps.size()) > most_rounds) {
    const double raised =
        1.0 - std::pow(1.0 - config.prune.sparsity, 1.0 / static_cast<double>(most_rounds));
    plan.notes.push_back("isp.rate " + std::to_string(config.isp.rate) + " needs " +
                         std::to_string(keeps.size()) + " rounds of " + std::to_string(t) +
                         "(i+1) steps, but only " + std::to_string(most_rounds) + " fit into " +
                         std::to_string(most_steps) +
                         " steps (isp.budget_share); it is raised to " + std::to_string(raised));
    keeps = compounding(raised, budget.prunable, final_keep);
    // rounding may leave a crumb for one round more
    if (static_cast<std::int64_t>(keeps.size()) > most_rounds) keeps.erase(keeps.end() - 2);
  }
  for (std::size_t i = 0; i < keeps.size(); ++i) {
    const auto round = static_cast<std::int64_t>(i);
    plan.cuts.push_back({.round = round, .train_steps = t * (round + 1), .keep = keeps[i]});
  }
  plan.fine_tune_steps = total - triangle(t, static_cast<std::int64_t>(keeps.size()));
  return plan;
}

Plan interval(const config::RunConfig& config, const Budget& budget) {
  const auto keeps = tenths(config.prune.sparsity, budget.prunable);
  const auto cuts = static_cast<std::int64_t>(keeps.size());
  const std::int64_t every = config.prune.every_steps > 0
                                 ? config.prune.every_steps
                                 : std::max<std::int64_t>(1, budget.total_steps / kIntervalsOfT);
  if (every * cuts > budget.total_steps)
    throw ConfigError("prune.every_steps " + std::to_string(every) + " is too long",
                      std::to_string(cuts) + " cuts take " + std::to_string(every * cuts) +
                          " steps, T is " + std::to_string(budget.total_steps),
                      "lower it, or raise train.steps");
  Plan plan;
  for (std::int64_t i = 0; i < cuts; ++i)
    plan.cuts.push_back(
        {.round = i, .train_steps = every, .keep = keeps[static_cast<std::size_t>(i)]});
  plan.fine_tune_steps = budget.total_steps - every * cuts;
  return plan;
}

Plan restarts(const config::RunConfig& config, const Budget& budget) {
  Plan plan{.cuts = {}, .fine_tune_steps = budget.total_steps, .restarts = true, .notes = {}};
  const auto search = std::max<std::int64_t>(
      1, std::llround(config.prune.search_share * static_cast<double>(budget.total_steps)));
  for (const std::int64_t keep : tenths(config.prune.sparsity, budget.prunable))
    plan.cuts.push_back({.round = static_cast<std::int64_t>(plan.cuts.size()),
                         .train_steps = search,
                         .keep = keep});
  return plan;
}

Plan never(const config::RunConfig&, const Budget& budget) {
  return {.cuts = {}, .fine_tune_steps = budget.total_steps, .restarts = false, .notes = {}};
}

Plan at_start(const config::RunConfig& config, const Budget& budget) {
  return {.cuts = {{.round = 0,
                    .train_steps = 0,
                    .keep = keep_count(config.prune.sparsity, budget.prunable)}},
          .fine_tune_steps = budget.total_steps,
          .restarts = false,
          .notes = {}};
}

struct Row {
  const char* name;
  Plan (*make)(const config::RunConfig&, const Budget&);
};

constexpr Row kSchedules[] = {
    {"never", never},       {"at_start", at_start}, {"growing", growing},
    {"interval", interval}, {"restarts", restarts},
};

}  // namespace

std::int64_t Plan::total_steps() const {
  std::int64_t steps = fine_tune_steps;
  for (const auto& cut : cuts) steps += cut.train_steps;
  return steps;
}

Budget make_budget(const config::TrainConfig& train, std::int64_t train_samples,
                   std::int64_t prunable) {
  const std::int64_t per_epoch = (train_samples + train.batch - 1) / train.batch;
  const std::int64_t total =
      train.steps > 0
          ? train.steps
          : std::max<std::int64_t>(1, std::llround(train.epochs * static_cast<double>(per_epoch)));
  return {.total_steps = total, .steps_per_epoch = per_epoch, .prunable = prunable};
}

Plan make_plan(const std::string& schedule, const config::RunConfig& config, const Budget& budget) {
  for (const auto& row : kSchedules)
    if (schedule == row.name) return row.make(config, budget);
  throw ConfigError("prune.schedule " + schedule + " is unknown");
}

}  // namespace stockpot::prune
