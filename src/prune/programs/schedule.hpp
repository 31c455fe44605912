// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/program.hpp"
#include "prune/method.hpp"

namespace stockpot::prune {

/// What a schedule may spend, and on what.
struct Budget {
  std::int64_t total_steps = 0;            ///< T
  std::int64_t steps_per_epoch = 0;        ///< ceil(training samples / batch)
  std::int64_t prunable = 0;               ///< P
  bool has_validation = true;              ///< whether there are samples to validate on
  std::vector<std::int64_t> keep_in = {};  ///< weights that each prunable tensor keeps, where
                                           ///< prune.ratios_of says so; empty: the scope says it
};

/// T and steps per epoch of a training set of `train_samples` samples.
Budget make_budget(const config::TrainConfig& train, std::int64_t train_samples,
                   std::int64_t prunable, std::int64_t validation_samples);

/// What a method comes to under a configuration, made before anything starts.
struct Plan {
  std::unique_ptr<const engine::Program> program;
  train::LearningRateLine line;    ///< of a fresh state
  std::vector<std::string> notes;  ///< what was changed to fit the budget, and why
  /// Fraction of the remaining weights that each round removes; NaN where no such rate rules.
  double effective_rate = std::numeric_limits<double>::quiet_NaN();
  std::int64_t keep = 0;  ///< prunable weights that are left at the end
};

class Composer;

/// Stands beside a method while its plan is composed, and adds what is not pruning: a soup
/// (soup/companion.hpp).
class Companion {
 public:
  virtual ~Companion() = default;
  /// Nothing has been composed yet.
  virtual void before(Composer&) {}
  /// The last training comes now; true: the companion has composed it.
  virtual bool last_training(Composer&, std::int64_t /*steps*/) { return false; }
  /// A training of a level of sparsity has ended; `level` 0 is dense.
  virtual void ticket(Composer&, std::int64_t /*level*/) {}
  /// Everything else has been composed.
  virtual void after(Composer&) {}
};

/// The plan of a method; its schedule says when it trains and cuts:
///
/// never     dense training
/// at_start  one cut before training
/// growing   ISP: round i trains t (i+1) steps, then a fraction s of the remaining weights goes
/// interval  every k steps a tenth of the original weights, then the rest of T at full sparsity
///           (progressive)
/// levels    a training of its own per tenth of the original weights, each cut followed by a
/// rewind,
///           and a last one (LTH)
/// early_bird  training, in which a mask is looked at from time to time; the first that has settled
///           is cut, and training goes on (EarlyBird)
/// released  ISP as its authors' code does it: rounds whose unions are not adjusted, until the
///           sparsity is near, then a plain cut to the exact count
/// throws    ConfigError where not even one round fits, or a warm-up is as long as its training,
///           with the numbers; where the choices of a method do not go together
/// source    methods.md 3.1, 3.2, 3.4, 3.7 to 3.9, 3.12, 3.13
/// companion  adds to it; null: nobody
Plan make_plan(const Method& method, const config::RunConfig& config, const Budget& budget,
               Companion* companion = nullptr);

/// All schedules, in the order of the table.
std::vector<Described> described_schedules();

}  // namespace stockpot::prune
