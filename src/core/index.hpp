// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

namespace stockpot {

/// The project counts in std::int64_t and asks `std::ssize` for sizes; containers want std::size_t.
///
/// Example:
///     std::vector<std::int64_t> lengths(3);
///     for (std::int64_t i = 0; i < std::ssize(lengths); ++i) at(lengths, i) = 10 * i;
///     EXPECT_EQ(at(lengths, 2), 20);
///
/// Returns `values[index]`, as a reference where that is one; not checked. index  0 <= index < size
template <typename Values>
constexpr decltype(auto) at(Values&& values, std::int64_t index) {
  return std::forward<Values>(values)[static_cast<std::size_t>(index)];
}

}  // namespace stockpot
