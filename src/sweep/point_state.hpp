// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "sweep/plan.hpp"

namespace stockpot::sweep {

enum class Stage {
  pending,  ///< nothing of it was begun
  begun,    ///< it runs, or was interrupted
  failed,   ///< it ended with an error, or its result is damaged
  complete,
};

/// How far a point is, by what lies in the folder of its run.
struct PointState {
  Stage stage = Stage::pending;
  std::int64_t step = 0;  ///< of the main network, where it was begun
  double test = std::numeric_limits<double>::quiet_NaN();  ///< of a complete run
  double quiet_s = 0;                                      ///< since its last line of metrics
  std::string failure;                                     ///< of a failed run, one line
};

/// Look at the folder of a point; a result counts by its checksum and its run id. Throws nothing
/// because of what lies there.
PointState look_at(const SweepFolder& folder, const Point& point);

}  // namespace stockpot::sweep
