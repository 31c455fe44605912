// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "config/run_config.hpp"

namespace stockpot::prune {

/// A pruning method is five choices in one loop.
struct Method {
  std::string name;
  std::string schedule;  ///< when weights are cut: prune/plan.hpp
  std::string score;     ///< which weights matter: prune/score.hpp
  bool denoise = false;  ///< whether N look-aheads take part in the cut: prune/denoise.hpp
  std::string rewind;    ///< weights after a cut: keep, or initial
  std::string scope;     ///< where weights compete: prune/select.hpp
};

/// The method of `prune.method`, with the choices that the configuration overrides. The table is in
/// method.cpp.
Method make_method(const config::PruneConfig& config);

}  // namespace stockpot::prune
