// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "comm/gradient_reducer.hpp"
#include "data/sampler.hpp"
#include "engine/journal.hpp"
#include "engine/observer.hpp"
#include "engine/program.hpp"
#include "train/evaluate.hpp"
#include "train/step_engine.hpp"
#include "train/task.hpp"

namespace stockpot::engine {

/// Executes programs: what actions work with, and the one place where a step and an action end.
/// It holds no part of a run that its state does not hold.
class Engine {
 public:
  /// All arguments outlive the engine. observer may be null.
  Engine(const train::Task& task, comm::GradientReducer& reducer, Journal& journal,
         Observer* observer = nullptr);

  /// Execute `program` from where `state` stands to its end.
  /// throws  AgreedError (exit 77: loss, gradient or a denoiser not finite), LogicError (a count or
  /// a
  ///         mask is not what it must be); what the observer throws
  /// collective over the task's group
  void run(const Program& program, RunState& state);

  /// Where actions keep files of the run that are no result, such as members of a soup.
  void keep_files_in(std::filesystem::path folder) { folder_ = std::move(folder); }
  /// throws LogicError where there is no such folder
  const std::filesystem::path& folder() const;

  const train::Task& task() const { return task_; }
  Journal& journal() { return journal_; }

  /// The mask of `state` where its weights lie, and the price of passes under it.
  const train::PlacedMask& placed_mask(const RunState& state) { return view_of(state).placed; }
  const train::FlopMeter& meter(const RunState& state) { return view_of(state).meter; }

  /// Who makes gradients of the main network, and their memory; overwritten by every step.
  train::StepEngine& steps() { return steps_; }
  model::Gradients& gradients(const RunState& state);

  /// One optimizer step of the main network at `state.cursor.position`.
  /// throws  AgreedError (exit 77) on all ranks, before the weights change
  /// collective over the task's group
  void train_step(RunState& state, Phase phase);

  /// Part of an action is over: `state` could be gone on from here.
  /// collective over the task's group where the observer is
  void part_ended(const RunState& state);

  /// A look-ahead of `state`'s round has made a step.
  void look_ahead_step_ended(const RunState& state);

  /// Give the network another mask: moments follow, weights that it prunes become 0.
  void adopt(RunState& state, mask::Mask mask);

  /// Scores of the main network on a split, booked as evaluation.
  /// collective over the task's group
  train::Evaluation evaluate(RunState& state, const data::Split& split);

 private:
  /// What follows from a mask; made anew where the state has another one.
  struct MaskView {
    train::PlacedMask placed;
    train::FlopMeter meter;
  };
  const MaskView& view_of(const RunState& state);
  MaskView make_view(const RunState& state) const;

  struct StepReport {
    Phase phase;
    double loss, lr;
    Work work;
    Spent spent;
  };
  void end_step(RunState& state, const StepReport& report);
  void end_action(RunState& state, const Action& action);

  const train::Task& task_;
  Journal& journal_;
  Observer* observer_;
  train::StepEngine steps_;
  std::unique_ptr<const train::Optimizer> optimizer_;
  train::Precision precision_;
  std::unique_ptr<const data::BatchOrder> order_;
  std::optional<MaskView> view_;
  std::optional<model::Gradients> gradients_;
  at::Tensor gradients_are_of_;
  std::vector<std::int64_t> indices_;
  std::filesystem::path folder_;
};

}  // namespace stockpot::engine
