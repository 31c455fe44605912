// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/composer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "engine/training.hpp"
#include "prune/cut.hpp"
#include "prune/look_ahead.hpp"

namespace stockpot::prune {
namespace {

/// A learning rate that only rises would never reach its value.
void check_warmup(std::int64_t warmup_steps, std::int64_t steps) {
  if (warmup_steps == 0 || warmup_steps < steps) return;
  throw ConfigError(fmt::format("train.warmup_steps {} is not below the {} steps of a training",
                                warmup_steps, steps),
                    "the rate would never reach train.lr", "lower it, or train longer");
}

}  // namespace

Composer::Composer(const Method& method, const config::RunConfig& config, const Budget& budget)
    : method_(method),
      config_(config),
      budget_(budget),
      program_(std::make_unique<engine::ListProgram>()),
      kept_(budget.prunable) {
  check_warmup(config.train.warmup_steps, budget.total_steps);
  plan_.line = train::line_of(config.train, budget.total_steps);
  if (method.rewind == RewindTo::initial)
    add(std::make_unique<engine::TakeSnapshot>(engine::kInitialWeights));
}

void Composer::train(std::int64_t steps) {
  train_in_pieces(Phase::train, steps, false);
  steps_since_cut_ += steps;
}

void Composer::cut(std::int64_t keep, bool last) {
  const PlannedCut planned{.round = rounds_,
                           .train_steps = steps_since_cut_,
                           .planned_before = kept_,
                           .keep = keep,
                           .last = last};
  const bool looks_ahead = method_.denoise && config_.isp.denoisers > 0;
  if (looks_ahead) add(std::make_unique<LookAhead>(method_, config_.isp, planned));
  add(std::make_unique<Cut>(method_, config_.isp, planned, looks_ahead));
  if (method_.rewind == RewindTo::initial)
    add(std::make_unique<engine::Rewind>(
        engine::Rewind::Targets{.weights = engine::kInitialWeights, .moments = true}));
  ++rounds_;
  kept_ = keep;
  steps_since_cut_ = 0;
}

void Composer::validate() { evaluate(false); }

void Composer::begin_training(std::int64_t steps) {
  check_warmup(config_.train.warmup_steps, steps);
  add(std::make_unique<engine::Rewind>(
      engine::Rewind::Targets{.position = 0, .line_steps = steps, .moments = true}));
}

void Composer::fine_tune(std::int64_t steps) {
  const bool selects = config_.train.select == "validation";
  if (selects && !budget_.has_validation)
    throw ConfigError("train.select = validation needs validation samples",
                      "data.validation_size leaves none", "give it -1, or a number of samples");
  train_in_pieces(rounds_ == 0 ? Phase::train : Phase::fine_tune, steps, selects);
  evaluate(selects);
  if (selects) add(std::make_unique<engine::TakeBest>());
}

Plan Composer::finish() {
  if (!budget_.has_validation)
    note("there is no validation set (data.validation_size is 0): validation scores are NaN");
  plan_.program = std::move(program_);
  return std::move(plan_);
}

void Composer::train_in_pieces(Phase phase, std::int64_t steps, bool candidates) {
  const std::int64_t every = config_.train.evaluate_every;
  for (std::int64_t done = 0; done < steps;) {
    const std::int64_t piece =
        every > 0 && budget_.has_validation ? std::min(every, steps - done) : steps;
    add(std::make_unique<engine::Train>(phase, piece));
    done += piece;
    if (done < steps) evaluate(candidates);
  }
}

void Composer::evaluate(bool is_candidate) {
  if (budget_.has_validation) add(std::make_unique<engine::Evaluate>(is_candidate));
}

}  // namespace stockpot::prune
