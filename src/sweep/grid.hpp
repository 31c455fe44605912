// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "config/ini.hpp"
#include "sweep/axis.hpp"

namespace stockpot::sweep {

/// Settings that go together: a condition that a point meets where each of these keys has one of
/// its values.
using Condition = std::vector<Axis>;

/// Conditions from text: `key=value[,value...] key=... ; ...`. A `;` stands between conditions,
/// spaces between keys; no value holds either. throws ConfigError
std::vector<Condition> conditions_of(const std::string& text);

/// All combinations of the values of some settings.
///
///     points = every combination of the axes, the last one fastest; of axes that go in step (zip)
///              the i-th values together; without those that meet one of the exclusions
struct Grid {
  std::vector<Axis> axes;                      ///< in their order; those of one value too
  std::vector<std::vector<std::string>> zips;  ///< keys whose axes go in step
  std::vector<Condition> exclusions;
};

/// The settings of every point, in order. Values are compared as the settings they are of read them
/// (0.70 is 0.7).
///
/// throws  ConfigError, all problems in it: a key that is none, twice in the grid, or in a zip and
///         without an axis; a value that the setting refuses; axes of different length that go in
///         step; more than `most` combinations; no point left
std::vector<config::Source> points_of(const Grid& grid, std::int64_t most);

}  // namespace stockpot::sweep
