// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::config {

/// Shortest decimal text that reads back as the same number.
std::string number_text(double value);

/// The numbers of a list separated by spaces; none where any of them is no finite number.
std::vector<double> read_numbers(std::string_view list);

}  // namespace stockpot::config
