// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stockpot::config {

/// Seconds that a text names: `[D-]HH:MM:SS`, or a whole number of seconds. Above 0.
/// throws UsageError: it is neither
double duration_s(const std::string& text);

}  // namespace stockpot::config
