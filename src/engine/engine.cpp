// SPDX-License-Identifier: Apache-2.0
// run:   for each action of the program: execute it, then end_action.
// step:  draw the batch at the cursor's position; gradient over all ranks; masked, clipped step on
//        every rank alike; then end_step.
#include "engine/engine.hpp"

#include "core/error.hpp"
#include "data/batch_order.hpp"
#include "energy/cost_watch.hpp"

namespace stockpot::engine {

Engine::Engine(const train::Task& task, comm::GradientReducer& reducer, Journal& journal,
               Observer* observer)
    : task_(task),
      journal_(journal),
      observer_(observer),
      steps_(task, train::reduction_of(task.config.dist), &reducer),
      optimizer_(train::make_optimizer(task.config.train)),
      precision_(train::precision_of(task.config.train.precision)),
      order_(data::make_batch_order(task.splits.train, task.config.train.batch, task.config.seed)) {
}

void Engine::run(const Program& program, RunState& state) {
  while (const Action* action = program.next(state.cursor)) {
    action->execute(*this, state);
    end_action(state, *action);
  }
}

const std::filesystem::path& Engine::folder() const {
  expect(!folder_.empty(), "the engine was given no folder for files of the run");
  return folder_;
}

void Engine::train_step(RunState& state, Phase phase) {
  const energy::CostWatch watch;
  const auto position = state.cursor.position;
  const double lr = state.cursor.line.at(position);
  order_->batch(position, indices_);
  const auto seed = task_.config.seed;
  const train::StepSamples samples{
      indices_,
      {.enabled = true, .seed = seed, .epoch = order_->epoch_of(position)},
      model::StepKey{.seed = seed, .step = static_cast<std::uint32_t>(position)}};
  auto& gradients = this->gradients(state);
  steps_.gradient(state.weights, gradients, samples);
  const double loss = gradients.loss();
  const auto& view = view_of(state);
  try {
    optimizer_->step(state.weights, gradients, state.moments, view.placed,
                     {.lr = lr, .weight_decay = task_.config.train.weight_decay});
  } catch (const NotFiniteError& error) {
    // loss and gradient are sums over ranks, so every rank is here
    throw AgreedError(error.exit_code(), error.what());
  }
  end_step(state, {phase, loss, lr, steps_.work(samples, view.meter), watch.spent()});
}

void Engine::end_step(RunState& state, const StepReport& report) {
  ++state.cursor.done;
  ++state.cursor.step;
  ++state.cursor.position;
  state.ledger.book(report.phase, report.work, report.spent);
  journal_.trained(state, report.phase, report.loss, report.lr, report.work.samples);
  if (observer_) observer_->step_ended(state);
}

void Engine::end_action(RunState& state, const Action& action) {
  ++state.cursor.action;
  state.cursor.done = 0;
  if (observer_) observer_->action_ended(state, action);
}

void Engine::part_ended(const RunState& state) {
  if (observer_) observer_->part_ended(state);
}

void Engine::look_ahead_step_ended(const RunState& state) {
  energy::meter().joules();  // a counter is read at least once per range
  if (observer_) observer_->look_ahead_step_ended(state);
}

void Engine::adopt(RunState& state, mask::Mask mask) {
  const auto before = view_of(state).placed;
  state.mask = std::make_shared<const mask::Mask>(std::move(mask));
  state.cursor.kept = state.mask->kept();
  const auto& now = view_of(state).placed;
  train::repack(state.moments, before, now);
  train::zero_pruned(state.weights, now);
}

train::Evaluation Engine::evaluate(RunState& state, const data::Split& split) {
  const energy::CostWatch watch;
  if (observer_) observer_->evaluation_begins();
  auto evaluation = train::evaluate({task_.model, state.weights, precision_}, split, task_.group,
                                    task_.config.data.name);
  state.ledger.book(Phase::evaluate, train::evaluation_work(split, meter(state)), watch.spent());
  if (observer_) observer_->evaluation_ended();
  return evaluation;
}

Engine::MaskView Engine::make_view(const RunState& state) const {
  return {{state.mask, state.weights.layout().trained(), state.weights.device()},
          {task_.model, *state.mask}};
}

const Engine::MaskView& Engine::view_of(const RunState& state) {
  if (!view_ || view_->placed.mask() != state.mask) view_.emplace(make_view(state));
  return *view_;
}

model::Gradients& Engine::gradients(const RunState& state) {
  if (!gradients_ || !gradients_are_of_.is_same(state.weights.values())) {
    gradients_.reset();
    gradients_.emplace(state.weights);
    gradients_are_of_ = state.weights.values();
  }
  return *gradients_;
}

}  // namespace stockpot::engine
