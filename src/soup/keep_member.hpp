// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/action.hpp"

namespace stockpot::soup {

/// Let the network as it stands be the next member of the soup: its weights go to a file of the
/// run.
class KeepMember final : public engine::Action {
 public:
  /// source  what the row of the member calls it, such as `level 3`
  explicit KeepMember(std::string source) : source_(std::move(source)) {}

  void execute(engine::Engine& engine, engine::RunState& state) const override;
  void foresee(engine::Forecast& forecast) const override;
  std::string describe() const override;

 private:
  std::string source_;
};

}  // namespace stockpot::soup
