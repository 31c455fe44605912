// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "config/run_config.hpp"
#include "soup/recipe.hpp"
#include "train/learning_rate.hpp"

namespace stockpot::soup {

/// How one member of a soup trains: a function of settings and its number.
struct MemberPlan {
  double weight_decay = 0;
  std::int64_t batch = 0, steps = 0;
  train::LearningRateLine line;  ///< its learning rate; constant where `constant_rate` is set
  bool constant_rate = false;
  bool own_shard = false;  ///< trains on its own steps * batch samples, drawn without replacement
  double sparsity = 0;     ///< of the mask that it trains under, by magnitude of the weights before
  std::uint64_t seed = 0;  ///< of its batches and augmentation

  double lr(std::int64_t step) const { return constant_rate ? line.initial : line.at(step); }
};

/// The plans of all members.
///
/// weak  soup.steps steps at a constant rate on a shard of its own, with the sparsities of
///       soup.sparsities in turn
/// last  the run's last training of `steps` steps of train.batch samples, as many epochs where
///       soup.batches gives another batch
///
/// Learning rate, weight decay and batch are the combinations of soup.lrs, soup.weight_decays and
/// soup.batches, the first running fastest; what has no list is drawn as for denoisers (rate and
/// decay; methods.md 3.3), or that of the run (batch).
/// source  methods.md 3.5, 3.14
std::vector<MemberPlan> plan_members(const Recipe& recipe, const config::RunConfig& config,
                                     std::int64_t steps);

}  // namespace stockpot::soup
