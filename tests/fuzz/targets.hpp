// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace stockpot::test {

/// A parser that may be given any bytes as its file. What is found is kept in corpus/<name>.
struct FuzzTarget {
  std::string name;
  /// Whether the bytes were accepted; a DataError, which is how parsers refuse, becomes false.
  /// Aborts where a promise is broken.
  std::function<bool(std::span<const std::byte>)> accepts;
};

/// All of them: what fuzz_main.cpp feeds and corpus_test.cpp replays.
const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace stockpot::test
