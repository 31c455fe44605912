// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stockpot::prune {

/// The page docs/method_table.md: every method, score, schedule and union rule from the tables of
/// the code, as Markdown. A test keeps the page equal to it.
std::string method_table();

}  // namespace stockpot::prune
