// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/action.hpp"

namespace stockpot::prune {

/// End the rounds of the authors' ISP where the sparsity is near enough to the final one: the
/// cursor turns into a branch. source: methods.md 3.2
class EndRounds final : public engine::Action {
 public:
  /// most_kept  with fewer weights left the rounds are over
  EndRounds(std::int64_t most_kept, std::int64_t branch) : most_kept_(most_kept), branch_(branch) {}

  void execute(engine::Engine&, engine::RunState& state) const override { look(state.cursor); }
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  void look(engine::Cursor& cursor) const {
    if (cursor.kept < most_kept_) cursor.branch = branch_;
  }

  std::int64_t most_kept_, branch_;
};

}  // namespace stockpot::prune
