// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stockpot::config {

/// Shortest decimal text that reads back as the same number.
std::string number_text(double value);

}  // namespace stockpot::config
