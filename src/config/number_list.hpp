// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace stockpot::config {

/// Numbers of one setting, in its order: separated by blanks, a range as `first:step:last` with
/// both ends. nullopt where it cannot be read.
///
/// Example:
///     EXPECT_EQ(config::number_list("0:0.25:0.5 1"), (std::vector<double>{0, 0.25, 0.5, 1}));
///     EXPECT_FALSE(config::number_list("0.1,0.2"));
std::optional<std::vector<double>> number_list(std::string_view text);

}  // namespace stockpot::config
