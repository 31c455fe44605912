// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "prune/planned_cut.hpp"
#include "prune/programs/schedule.hpp"

namespace stockpot::prune {

/// Composes the program of a method: its schedule says when to train and to cut, the method's other
/// choices say what a cut is made of.
class Composer {
 public:
  Composer(const Method& method, const config::RunConfig& config, const Budget& budget,
           Companion& companion);

  // The verbs of a schedule, in the order in which the run will do them.

  /// Train the network for `steps` steps, validating where train.evaluate_every asks for it.
  void train(std::int64_t steps);
  /// Prune it to `keep` weights: look ahead where the method denoises, cut, rewind where it does.
  /// last  whether no cut follows
  void cut(std::int64_t keep, bool last);
  /// Prune away `rate` of the weights that are left, whatever the cuts before left, but keep
  /// `least`.
  void cut_of_the_rest(double rate, std::int64_t least);
  /// Prune it to `keep` weights, and no cut follows; nobody looks ahead.
  void cut_plainly(std::int64_t keep);
  /// Do something else. It may choose a branch.
  void act(std::unique_ptr<const engine::Action> action) { add(std::move(action)); }
  /// What comes instead of all that follows here, where the last action chose `branch`.
  void branch(std::int64_t branch, const std::function<void()>& compose);
  /// Put the weights aside that the method rewinds to; they are those of step `position`.
  void take_rewind_point();
  /// Score it on validation.
  void validate();
  /// Begin a training of its own: zero moments, a learning-rate line over `steps` of its own, on
  /// which it stands at `position`, in the data too.
  void begin_training(std::int64_t steps, std::int64_t position = 0);
  /// The last training: train as `train` does, and validate at its end. Under
  /// train.select = validation its validations are candidates for the weights that are reported.
  void fine_tune(std::int64_t steps);

  /// Say that the network of a level of sparsity has been trained.
  void ticket(std::int64_t level) { companion_.ticket(*this, level); }

  // The verbs of a companion.

  void add(std::unique_ptr<const engine::Action> action) { program_->add(std::move(action)); }
  /// Say how many weights are left at the end, where not the cuts decide.
  void set_keep(std::int64_t keep) { kept_ = keep; }

  /// Say that something was changed to fit the budget.
  void note(const std::string& text) { plan_.notes.push_back(text); }
  void set_effective_rate(double rate) { plan_.effective_rate = rate; }

  /// The plan; the composer is used up.
  Plan finish();

  const config::RunConfig& config() const { return config_; }
  const Budget& budget() const { return budget_; }
  const Method& method() const { return method_; }
  /// What a cut would be made of here, to `keep` weights.
  PlannedCut planned(std::int64_t keep, bool last) const;

 private:
  void add_cut(const PlannedCut& planned, bool looks_ahead);
  void train_in_pieces(Phase phase, std::int64_t steps, bool candidates);
  void evaluate(bool is_candidate);

  Method method_;
  const config::RunConfig& config_;
  Budget budget_;
  Companion& companion_;
  Plan plan_;
  std::unique_ptr<engine::ListProgram> program_;
  std::int64_t kept_, rounds_ = 0, steps_since_cut_ = 0;
};

}  // namespace stockpot::prune
