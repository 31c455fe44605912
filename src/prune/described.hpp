// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot::prune {

/// A choice as the tables of docs/method_table.md show it.
struct Described {
  const char* name;
  const char* what;    ///< what it does, in a few words
  const char* source;  ///< where it comes from, and its section of docs/methods.md
};

}  // namespace stockpot::prune
