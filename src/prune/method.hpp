// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "config/run_config.hpp"

namespace stockpot::prune {

/// Weights after a cut.
enum class RewindTo { keep, initial };

/// Where weights compete: all with all, or each tensor gives up the same fraction.
enum class Scope { global, tensor };

/// How the masks of a ballot become one (union_rule.hpp).
enum class UnionRule { votes, released, literal, mean };

/// A pruning method is five choices.
struct Method {
  std::string name;
  std::string schedule;  ///< when weights are cut: programs/schedule.hpp
  std::string score;     ///< which weights matter: scorer.hpp
  bool denoise = false;  ///< whether N look-aheads take part in the cut: look_ahead.hpp
  RewindTo rewind = RewindTo::keep;
  Scope scope = Scope::global;
};

/// The method of `prune.method`, with the choices that the configuration overrides. The table is in
/// method.cpp.
Method make_method(const config::PruneConfig& config);

/// The rule that `isp.union` names.
UnionRule union_rule_of(const config::IspConfig& config);

// The choices by the names of their settings.
const char* name_of(RewindTo rewind);
const char* name_of(Scope scope);
const char* name_of(UnionRule rule);

}  // namespace stockpot::prune
