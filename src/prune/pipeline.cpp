// SPDX-License-Identifier: Apache-2.0
// Algorithm 1 (with five choices: schedule, score, denoise, rewind, scope):
//   for each cut of the plan:
//     train the masked network for the steps of this round
//     m <- the scores' selection, denoised by look-aheads where the method says so;  theta <- theta
//     * m rewind, where the method says so
//   fine-tune the surviving network for the rest of the budget
#include "prune/pipeline.hpp"

#include <ATen/ops/empty_like.h>

#include <optional>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "prune/denoise.hpp"
#include "prune/score.hpp"
#include "prune/select.hpp"

namespace stockpot::prune {
namespace {

/// The best weights on validation so far, if they are what is reported; ties keep the earlier ones.
struct Best {
  bool wanted = false;
  std::optional<train::Evaluation> evaluation;
  at::Tensor weights;

  void offer(const train::Evaluation& candidate, const model::Arena& arena) {
    if (!wanted || (evaluation && candidate.scores.primary <= evaluation->scores.primary)) return;
    if (!weights.defined()) weights = at::empty_like(arena.weights());
    weights.copy_(arena.weights());
    evaluation = candidate;
  }
};

class Pipeline {
 public:
  Pipeline(const train::Context& context, const Method& method, const Plan& plan,
           train::TrainState& state)
      : context_(context),
        method_(method),
        plan_(plan),
        state_(state),
        score_(score_by_name(method.score)),
        trainer_(context) {
    if (method_.rewind == "initial") initial_ = state_.arena.weights().clone();
  }

  train::Evaluation run() {
    for (const auto& cut : plan_.cuts) {
      start_training(cut.train_steps);
      train(cut.train_steps, "train", nullptr);
      prune(cut);
      rewind();
      if (cut.train_steps > 0 && !plan_.restarts) validate();
    }
    start_training(plan_.fine_tune_steps);
    Best best{
        .wanted = context_.config.train.select == "validation", .evaluation = {}, .weights = {}};
    train(plan_.fine_tune_steps, plan_.cuts.empty() ? "train" : "fine_tune", &best);
    const auto last = validate();
    best.offer(last, state_.arena);
    if (!best.evaluation) return last;
    state_.arena.weights().copy_(best.weights);
    return *best.evaluation;
  }

 private:
  /// Where every training is one of its own: a line over its own steps, and an optimizer that
  /// remembers nothing.
  void start_training(std::int64_t steps) {
    if (!plan_.restarts) return;
    state_.line.total_steps = steps;
    state_.optimizer.reset();
  }

  void train(std::int64_t steps, const std::string& phase, Best* best) {
    const std::int64_t every = context_.config.train.evaluate_every;
    for (std::int64_t done = 0; done < steps;) {
      const std::int64_t piece = every > 0 ? std::min(every, steps - done) : steps;
      trainer_.advance(state_, piece, phase);
      done += piece;
      if (done == steps) break;
      const auto evaluation = validate();
      if (best) best->offer(evaluation, state_.arena);
    }
  }

  train::Evaluation validate() {
    auto evaluation =
        train::evaluate(context_, state_.arena, state_.mask, context_.splits.validation);
    context_.journal.validated(evaluation.loss, evaluation.scores.primary, state_.mask.sparsity());
    return evaluation;
  }

  void prune(const Cut& planned) {
    const bool last = &planned == &plan_.cuts.back();
    const std::int64_t before = state_.mask.kept();
    const Cut cut = adapted(planned, before, last);
    auto [mask, kept_union] = method_.denoise
                                  ? denoised_cut(context_, state_, cut, last, score_, method_.scope)
                                  : plain_cut(cut);
    expect(mask.is_subset_of(state_.mask), "a cut brought a pruned weight back");
    state_.mask = std::move(mask);
    state_.optimizer.prune(state_.arena, state_.mask);
    context_.journal.cut({.round = cut.round,
                          .train_steps = cut.train_steps,
                          .kept_before = before,
                          .kept_union = kept_union,
                          .kept_after = state_.mask.kept(),
                          .requested = planned.keep});
    expect(!last || state_.mask.kept() == planned.keep, "the last cut missed its count");
  }

  /// The rule `released` leaves more than planned: the next cut then removes the planned fraction
  /// of what is there.
  Cut adapted(Cut cut, std::int64_t before, bool last) const {
    const std::int64_t planned_before =
        cut.round == 0 ? state_.mask.size()
                       : plan_.cuts[static_cast<std::size_t>(cut.round) - 1].keep;
    if (!last && before != planned_before)
      cut.keep =
          static_cast<std::int64_t>(static_cast<__int128>(before) * cut.keep / planned_before);
    return cut;
  }

  DenoisedCut plain_cut(const Cut& cut) {
    const Stopwatch watch;
    std::vector<float> scratch;
    auto mask = select(score_({context_, state_.arena, cut.round}, scratch), state_.mask, cut.keep,
                       method_.scope, state_.arena.layout());
    context_.ledger.at("score").wall_s += watch.elapsed_s();
    return {mask, mask.kept()};
  }

  void rewind() {
    if (!initial_.defined()) return;
    state_.arena.weights().copy_(initial_);
    state_.optimizer.prune(state_.arena, state_.mask);
  }

  const train::Context& context_;
  const Method& method_;
  const Plan& plan_;
  train::TrainState& state_;
  Score score_;
  train::Trainer trainer_;
  at::Tensor initial_;
};

}  // namespace

train::Evaluation run_pipeline(const train::Context& context, const Method& method,
                               const Plan& plan, train::TrainState& state) {
  return Pipeline(context, method, plan, state).run();
}

}  // namespace stockpot::prune
