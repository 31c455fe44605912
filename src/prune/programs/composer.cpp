// SPDX-License-Identifier: Apache-2.0
#include "prune/programs/composer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "engine/training.hpp"
#include "prune/cut.hpp"
#include "prune/look_ahead.hpp"

namespace stockpot::prune {
namespace {

/// The weights that a method goes back to, of a step of its first training.
constexpr const char* kRewindWeights = "rewind";

/// A learning rate that only rises would never reach its value.
void check_warmup(std::int64_t warmup_steps, std::int64_t steps) {
  if (warmup_steps == 0 || warmup_steps < steps) return;
  throw ConfigError(fmt::format("train.warmup_steps {} is not below the {} steps of a training",
                                warmup_steps, steps),
                    "the rate would never reach train.lr", "lower it, or train longer");
}

}  // namespace

Composer::Composer(const Method& method, const config::RunConfig& config, const Budget& budget,
                   Companion& companion)
    : method_(method),
      config_(config),
      budget_(budget),
      companion_(companion),
      program_(std::make_unique<engine::ListProgram>()),
      kept_(budget.prunable) {
  check_warmup(config.train.warmup_steps, budget.total_steps);
  plan_.line = train::line_of(config.train, budget.total_steps);
  companion_.before(*this);
  if (method.rewind == RewindTo::initial)
    add(std::make_unique<engine::TakeSnapshot>(engine::kInitialWeights));
}

void Composer::train(std::int64_t steps) {
  train_in_pieces(Phase::train, steps, false);
  steps_since_cut_ += steps;
}

PlannedCut Composer::planned(std::int64_t keep, bool last) const {
  return {.round = rounds_,
          .train_steps = steps_since_cut_,
          .planned_before = kept_,
          .keep = keep,
          .last = last,
          .keep_in = budget_.keep_in};
}

void Composer::cut(std::int64_t keep, bool last) {
  add_cut(planned(keep, last), method_.denoise && config_.isp.denoisers > 0);
}

void Composer::cut_of_the_rest(double rate, std::int64_t least) {
  auto cut = planned(keep_count(rate, budget_.prunable), false);
  cut.planned_before = budget_.prunable;
  cut.of_the_rest = true;
  cut.least = least;
  add_cut(cut, method_.denoise && config_.isp.denoisers > 0);
}

void Composer::cut_plainly(std::int64_t keep) { add_cut(planned(keep, true), false); }

void Composer::add_cut(const PlannedCut& planned, bool looks_ahead) {
  if (looks_ahead) add(std::make_unique<LookAhead>(method_, config_.isp, planned));
  add(std::make_unique<Cut>(method_, config_, planned, looks_ahead));
  if (method_.rewind != RewindTo::keep)
    add(std::make_unique<engine::Rewind>(engine::Rewind::Targets{
        .weights = method_.rewind == RewindTo::step ? kRewindWeights : engine::kInitialWeights,
        .moments = true}));
  ++rounds_;
  kept_ = planned.keep;
  steps_since_cut_ = 0;
}

void Composer::branch(std::int64_t branch, const std::function<void()>& compose) {
  const auto [kept, rounds, steps] = std::tuple(kept_, rounds_, steps_since_cut_);
  program_->begin_branch(branch);
  compose();
  program_->end_branch();
  std::tie(kept_, rounds_, steps_since_cut_) = std::tuple(kept, rounds, steps);
}

void Composer::take_rewind_point() { add(std::make_unique<engine::TakeSnapshot>(kRewindWeights)); }

void Composer::validate() { evaluate(false); }

void Composer::begin_training(std::int64_t steps, std::int64_t position) {
  check_warmup(config_.train.warmup_steps, steps);
  add(std::make_unique<engine::Rewind>(
      engine::Rewind::Targets{.position = position, .line_steps = steps, .moments = true}));
}

void Composer::fine_tune(std::int64_t steps) {
  const bool composed = companion_.last_training(*this, steps);
  plan_.keep = kept_;
  if (composed) return;
  const bool selects = config_.train.select == "validation";
  if (selects && !budget_.has_validation)
    throw ConfigError("train.select = validation needs validation samples",
                      "data.validation_size leaves none", "give it -1, or a number of samples");
  train_in_pieces(rounds_ == 0 ? Phase::train : Phase::fine_tune, steps, selects);
  evaluate(selects);
  if (selects) add(std::make_unique<engine::TakeBest>());
}

Plan Composer::finish() {
  companion_.after(*this);
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
