// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "prune/programs/composer.hpp"
#include "soup/finished_members.hpp"
#include "soup/recipe.hpp"

namespace stockpot::soup {

/// What a soup adds to the plan of a pruning method, by where its members come from.
///
/// weak           members are trained and mixed before the method begins (Algorithm 3)
/// last           members are trained and mixed in the place of the last training
/// tickets        every level's network is kept, and mixed behind the last training
/// final_weights  the last network is mixed into the first one
/// finished       members are read and mixed; nothing is trained
class SoupCompanion final : public prune::Companion {
 public:
  /// finished  the members of soup.members; empty: the run makes its own
  SoupCompanion(Recipe recipe, const config::RunConfig& config,
                std::vector<FinishedMember> finished);

  void before(prune::Composer& composer) override;
  bool last_training(prune::Composer& composer, std::int64_t steps) override;
  void ticket(prune::Composer& composer, std::int64_t level) override;
  void after(prune::Composer& composer) override;

 private:
  void mix(prune::Composer& composer, std::size_t members) const;

  Recipe recipe_;
  const config::RunConfig& config_;
  std::vector<FinishedMember> finished_;
  std::size_t tickets_ = 0;
};

/// See that a soup can be made under these settings. throws ConfigError
void check_soup(const Recipe& recipe, const config::RunConfig& config, const prune::Method& method,
                const prune::Budget& budget);

}  // namespace stockpot::soup
