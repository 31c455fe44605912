// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stockpot {

/// A shape as messages and metadata spell it: `[64, 128]`; `[]` for a scalar.
inline std::string shape_text(std::span<const std::int64_t> shape,
                              std::string_view between = ", ") {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text.append(between);
    text.append(std::to_string(shape[i]));
  }
  return text.append("]");
}

}  // namespace stockpot
