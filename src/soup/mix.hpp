// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "engine/action.hpp"
#include "prune/method.hpp"
#include "soup/member_files.hpp"
#include "soup/recipe.hpp"

namespace stockpot::soup {

/// What a mixture is made with beside its recipe.
struct MixOptions {
  prune::Scope scope = prune::Scope::global;
  std::int64_t keep = 0;        ///< weights of the target, of a recipe that has one
  std::size_t members = 0;      ///< how many the state will have
  std::int64_t statistics = 0;  ///< batches that running statistics are estimated anew from
  bool connectivity = true;     ///< whether distances and barriers are measured before mixing
  std::optional<MemberFiles> files = {};  ///< finished members; else those that the run has kept
};

/// Mix the members of the state by a recipe, one candidate after the other; the network becomes
/// the soup. Every trial is a row. Its memory is three sets of weights, whatever the number of
/// members: the soup, a candidate, and a trial or, where nothing is tried, the next candidate.
///
/// Trials of one candidate are dealt to the ranks, or their samples where there are fewer trials
/// than ranks; the bits are the same for every number of ranks. Where nothing is accepted, the
/// network is the start, to the bit. Moments begin anew.
/// cursor.done counts the start and the candidates that were offered.
class Mix final : public engine::Action {
 public:
  Mix(Recipe recipe, MixOptions options)
      : recipe_(std::move(recipe)), options_(std::move(options)) {}

  /// throws  AgreedError: a member cannot be read, or no member has the target's count
  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  Recipe recipe_;
  MixOptions options_;
};

}  // namespace stockpot::soup
