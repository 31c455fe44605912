// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "config/run_config.hpp"
#include "core/cost.hpp"
#include "data/sampler.hpp"
#include "engine/program.hpp"
#include "model/model.hpp"
#include "train/flops.hpp"

namespace stockpot::engine {

/// A training of a soup's member, as it is priced.
struct MemberTraining {
  std::int64_t batch = 0, steps = 0, kept = 0;
  std::uint64_t seed = 0;
  bool own_shard = false;
};

/// A run without weights: a cursor that moves as a run's would, and what the run will cost. Needs
/// no other rank and no trained step.
class Forecast {
 public:
  /// All arguments outlive it. The cursor is that of a fresh state.
  Forecast(const config::RunConfig& config, const model::Model& model, const data::Splits& splits,
           const train::LearningRateLine& line);

  /// Count steps and weights only, which takes no time.
  Forecast& without_prices() {
    prices_ = false;
    return *this;
  }

  /// Foresee every action of `program` and show each as it will have ended.
  void run(const Program& program,
           const std::function<void(const Action& action, const Forecast& after)>& visit = {});

  // What actions foresee by.
  void train(Phase phase, std::int64_t steps);
  void look_ahead(std::int64_t round, std::int64_t denoisers);
  /// Book what `work` says of these splits under the mask as it will be.
  using Price = std::function<Work(const data::Splits& splits, const train::FlopMeter& meter)>;
  void book(Phase phase, const Price& work);
  void evaluate();
  /// A member of a soup is trained and validated.
  void train_member(const MemberTraining& member);
  /// Mixtures are scored on validation; before each of them running statistics are estimated anew
  /// from `statistics` batches, where the model has them.
  void mix(std::int64_t trials, std::int64_t statistics);

  const config::RunConfig& config() const { return config_; }

  Cursor cursor;
  CostLedger ledger;                  ///< exact; theoretical FLOPs as if every tensor lost the same
  std::int64_t look_ahead_steps = 0;  ///< of all denoisers
  std::int64_t members = 0;           ///< of soups that are trained
  std::int64_t member_steps = 0;      ///< of all of them
  std::int64_t kept_members = 0;      ///< whose weights go to files of the run

 private:
  /// Passes over training batches at these positions of the order, in training.
  Work price_steps(std::int64_t first, std::int64_t steps);

  const config::RunConfig& config_;
  const model::Model& model_;
  const data::Splits& splits_;
  std::unique_ptr<const data::BatchOrder> order_;
  bool prices_ = true;
};

}  // namespace stockpot::engine
