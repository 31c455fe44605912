// SPDX-License-Identifier: Apache-2.0
#include "engine/training.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "engine/engine.hpp"
#include "engine/forecast.hpp"

namespace stockpot::engine {
namespace {

const Snapshot& snapshot(const RunState& state, const std::string& name) {
  const auto found = state.snapshots.find(name);
  if (found == state.snapshots.end())
    throw DataError("the state has no snapshot `" + name + "`", "the program goes back to it");
  return found->second;
}

/// Weights of `state` in a snapshot of that name, whose memory is used again.
Snapshot& put_aside(RunState& state, const std::string& name) {
  auto& snapshot = state.snapshots[name];
  if (snapshot.weights.defined()) {
    snapshot.weights.copy_(state.weights.values());
  } else {
    snapshot.weights = state.weights.values().clone();
  }
  snapshot.position = state.cursor.position;
  return snapshot;
}

}  // namespace

void Train::execute(Engine& engine, RunState& state) const {
  while (state.cursor.done < steps_) engine.train_step(state, phase_);
}

void Train::foresee(Forecast& forecast) const { forecast.train(phase_, steps_); }

std::string Train::describe() const {
  return fmt::format("{} {} steps", phase_ == Phase::fine_tune ? "fine-tune" : "train", steps_);
}

void Evaluate::execute(Engine& engine, RunState& state) const {
  const auto evaluation = engine.evaluate(state, engine.task().splits.validation);
  state.validation = {.loss = evaluation.loss, .primary = evaluation.scores.primary};
  engine.journal().validated(state, state.validation);
  if (!is_candidate_) return;
  const auto best = state.snapshots.find(kBestWeights);
  if (best != state.snapshots.end() && state.validation.primary <= best->second.validation.primary)
    return;
  put_aside(state, kBestWeights).validation = state.validation;
}

void Evaluate::foresee(Forecast& forecast) const { forecast.evaluate(); }

std::string Evaluate::describe() const {
  return is_candidate_ ? "evaluate on validation, a candidate" : "evaluate on validation";
}

void TakeSnapshot::execute(Engine&, RunState& state) const { put_aside(state, name_); }

std::string TakeSnapshot::describe() const { return "put aside the weights as " + name_; }

void Rewind::execute(Engine& engine, RunState& state) const {
  if (targets_.weights) {
    state.weights.values().copy_(snapshot(state, *targets_.weights).weights);
    train::zero_pruned(state.weights, engine.placed_mask(state));
  }
  if (targets_.moments) train::clear(state.moments);
  move(state.cursor);
}

void Rewind::move(Cursor& cursor) const {
  if (targets_.position) cursor.position = *targets_.position;
  if (targets_.line_steps) cursor.line.total_steps = *targets_.line_steps;
}

void Rewind::foresee(Forecast& forecast) const { move(forecast.cursor); }

std::string Rewind::describe() const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (targets_.weights) add("weights to " + *targets_.weights);
  if (targets_.moments) add("moments to zero");
  if (targets_.position) add(fmt::format("position to {}", *targets_.position));
  if (targets_.line_steps) add(fmt::format("line of {} steps", *targets_.line_steps));
  return "rewind: " + text;
}

void TakeBest::execute(Engine&, RunState& state) const {
  const auto& best = snapshot(state, kBestWeights);
  state.weights.values().copy_(best.weights);
  state.validation = best.validation;
}

std::string TakeBest::describe() const { return "take the weights that were best on validation"; }

}  // namespace stockpot::engine
