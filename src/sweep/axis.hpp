// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::sweep {

/// A setting and the values that it takes in a sweep, in their order; one value: it is the same in
/// every point.
struct Axis {
  std::string key;
  std::vector<std::string> values;
};

/// The values of `text`: a list `a,b,c` whose members are values or ranges `first:last[:step]` of
/// decimal numbers with both ends in them, such as `0:4` or `0.1:0.9:0.2`. The step is 1 where none
/// is given. Numbers of a range are exact, and written with the digits of its longest member.
///
/// Example:
///     EXPECT_EQ(values_of("0.5,0.7:0.9:0.1"), (std::vector<std::string>{"0.5", "0.7", "0.8",
///     "0.9"})); EXPECT_EQ(values_of("isp"), (std::vector<std::string>{"isp"}));
///
/// throws  ConfigError: an empty member, a step of 0 or of the wrong sign, a last number that the
///         steps do not meet, more than 100,000 numbers
std::vector<std::string> values_of(std::string_view text);

}  // namespace stockpot::sweep
