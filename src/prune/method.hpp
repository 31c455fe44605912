// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "prune/described.hpp"

namespace stockpot::prune {

/// Weights after a cut: as they are, as they were at the start, or at step prune.rewind_step of the
/// first training.
enum class RewindTo { keep, initial, step };

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

/// A row of the table of methods, as docs/method_table.md shows it.
struct DescribedMethod {
  Method method;
  const char* rule;       ///< isp.union of its ini; "-" where nobody votes
  const char* what;       ///< the algorithm, in a line
  const char* source;     ///< where it comes from, and its section of docs/methods.md
  const char* trainings;  ///< what it costs, in trainings of T steps
};

/// All methods, in the order of the table.
std::vector<DescribedMethod> described_methods();

/// All union rules.
std::vector<Described> described_union_rules();

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
