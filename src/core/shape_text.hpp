// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/ranges.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stockpot {

/// A shape as messages and metadata spell it: `[64, 128]`; `[]` for a scalar.
inline std::string shape_text(std::span<const std::int64_t> shape,
                              std::string_view between = ", ") {
  return fmt::format("[{}]", fmt::join(shape, between));
}

}  // namespace stockpot
